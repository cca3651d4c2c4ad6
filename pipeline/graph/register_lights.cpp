// SPDX-License-Identifier: MIT
#include "pipeline/graph/register_lights.h"

#include <algorithm>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/stages/judge/reference.h"
#include "pipeline/stages/registration/lens.h"

namespace nightstack {
namespace {

// A reference that fits less than half of the usable lights may show another field (the scope was
// still moving): then others are tried, this often.
constexpr int kReferenceTries = 3;

// The stars of one light each, borrowed.
using StarLists = std::vector<const StarList*>;

std::vector<Registration> register_all(const StarLists& stars, std::span<const FrameFigures> figures,
                                       std::size_t reference, const RegisterLightsOptions& options, Runner& runner,
                                       const std::function<void()>& done, const std::stop_token& stop) {
    std::vector<Registration> all(stars.size());
    runner.run(static_cast<int>(stars.size()), 1, [&](int begin, int end) {
        if (stop.stop_requested()) throw Interrupted();
        for (int i = begin; i < end; ++i) {
            const auto k = static_cast<std::size_t>(i);
            if (figures[k].refused == Reason::none && k != reference) {
                all[k] = register_frame(*stars[reference], *stars[k], options.registration);
            }
            done();
        }
    });
    return all;
}

struct Choice {
    std::size_t reference = 0;
    std::vector<Registration> registrations;
    std::size_t matched = 0;  // without the reference itself
};

std::size_t count_matched(std::span<const Registration> all, std::span<const FrameFigures> figures,
                          std::size_t reference) {
    std::size_t n = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        n += i != reference && figures[i].refused == Reason::none && all[i].ok() ? 1U : 0U;
    }
    return n;
}

// Lights that would be rejected on their own figures must not become the reference.
std::vector<FrameFigures> candidates(std::span<const FrameFigures> figures, const JudgeOptions& options) {
    std::vector<FrameFigures> eligible(figures.begin(), figures.end());
    const std::vector<Judgement> first = judge(figures, options);
    for (std::size_t i = 0; i < eligible.size(); ++i) {
        if (first[i].verdict != Verdict::stacked && eligible[i].refused == Reason::none)
            eligible[i].refused = first[i].reason;
    }
    if (choose_reference(eligible) < 0) return {figures.begin(), figures.end()};  // a session of misfits only
    return eligible;
}

std::optional<Choice> choose(const StarLists& stars, std::span<const FrameFigures> figures,
                             const RegisterLightsOptions& options, Runner& runner,
                             const std::function<std::function<void()>()>& begin_try, const std::stop_token& stop) {
    const auto usable = static_cast<std::size_t>(
        std::count_if(figures.begin(), figures.end(), [](const FrameFigures& f) { return f.refused == Reason::none; }));
    std::vector<FrameFigures> eligible = candidates(figures, options.judge);
    std::optional<Choice> best;
    for (int attempt = 0; attempt < kReferenceTries; ++attempt) {
        const int index = options.reference ? static_cast<int>(*options.reference) : choose_reference(eligible);
        if (index < 0) break;
        Choice choice{static_cast<std::size_t>(index), {}, 0};
        choice.registrations = register_all(stars, figures, choice.reference, options, runner, begin_try(), stop);
        choice.matched = count_matched(choice.registrations, figures, choice.reference);
        const bool enough = 2 * (choice.matched + 1) >= usable;
        // What matches a stranger shows the stranger's field; the next try has to come from elsewhere.
        eligible[choice.reference].refused = Reason::no_match;
        for (std::size_t i = 0; i < eligible.size(); ++i) {
            if (choice.registrations[i].ok() && i != choice.reference && eligible[i].refused == Reason::none) {
                eligible[i].refused = Reason::no_match;
            }
        }
        if (!best || choice.matched > best->matched) best = std::move(choice);
        if (enough || options.reference) break;
    }
    return best;
}

// Finds the lens and registers all lights anew on the ideal plane.
std::optional<RadialDistortion> take_lens(Choice& choice, const StarLists& stars, std::span<const FrameFigures> figures,
                                          const StreamFormat& format, const RegisterLightsOptions& options,
                                          Runner& runner, const std::function<std::function<void()>()>& begin_try,
                                          const std::stop_token& stop) {
    std::vector<SightedFrame> sighted;
    for (std::size_t i = 0; i < stars.size(); ++i) {
        const bool used = i != choice.reference && figures[i].refused == Reason::none && choice.registrations[i].ok();
        if (used) sighted.push_back({stars[i], &choice.registrations[i]});
    }
    const StarList& ref = *stars[choice.reference];
    const auto lens = find_distortion(ref, sighted, format.width, format.height, options.registration);
    if (!lens) return std::nullopt;
    std::vector<StarList> straight;
    for (const StarList* list : stars) straight.push_back(straightened(*list, *lens));
    StarLists borrowed;
    for (const StarList& list : straight) borrowed.push_back(&list);
    auto anew = register_all(borrowed, figures, choice.reference, options, runner, begin_try(), stop);
    const auto matched = [](const auto& all) {
        return std::count_if(all.begin(), all.end(), [](const auto& r) { return r.ok(); });
    };
    if (matched(anew) < matched(choice.registrations)) return std::nullopt;  // no lens is worth a light
    choice.registrations = std::move(anew);
    return lens;
}

void decide(RegisteredNight& night, std::span<const Light> lights, std::span<const LightMeasurement> measured,
            const JudgeOptions& options) {
    std::vector<FrameFigures> figures;
    for (const RegisteredLight& light : night.lights) figures.push_back(light.figures);
    const std::vector<Judgement> judgements = judge(figures, options);
    for (std::size_t i = 0; i < lights.size(); ++i) {
        const bool is_reference = night.reference && *night.reference == i;
        take_judgement(night.lights[i], judgements[i], lights[i], measured[i], is_reference);
    }
}

}  // namespace

RegisteredNight register_lights(std::span<const Light> lights, std::span<const LightMeasurement> measured,
                                const RegisterLightsOptions& options, Runner& runner,
                                const std::function<std::function<void()>()>& begin_try, const std::stop_token& stop) {
    RegisteredNight night;
    std::vector<FrameFigures> figures;
    FrameGroups groups;
    for (std::size_t i = 0; i < measured.size(); ++i) {
        figures.push_back(figures_of(measured[i]));
        figures.back().group = groups.of(lights[i].info);
        night.lights.push_back({figures.back(), measured[i].judgement, std::nullopt});
    }
    if (options.reference && figures[*options.reference].refused != Reason::none) {
        throw OptionError("--reference " + lights[*options.reference].name +
                          " cannot be used: " + figures[*options.reference].refused_text);
    }
    StarLists stars;
    for (const LightMeasurement& m : measured) stars.push_back(&m.stars);
    std::optional<Choice> choice = choose(stars, figures, options, runner, begin_try, stop);
    if (choice) {
        night.reference = choice->reference;
        if (options.find_distortion) {
            const StreamFormat& format = lights[choice->reference].format;
            night.lens = take_lens(*choice, stars, figures, format, options, runner, begin_try, stop);
        }
        std::vector<Registration> matched;
        for (std::size_t i = 0; i < figures.size(); ++i) {
            if (i != choice->reference && figures[i].refused == Reason::none && choice->registrations[i].ok()) {
                matched.push_back(choice->registrations[i]);
            }
        }
        const std::optional<TransformModel>& asked_for = options.registration.model;
        night.model = asked_for ? *asked_for : choose_session_model(matched, options.registration);
        for (std::size_t i = 0; i < figures.size(); ++i) {
            if (i == choice->reference) continue;
            take_registration(night.lights[i], choice->registrations[i], night.model, lights[i].format,
                              options.registration.match);
        }
        lie_on_itself(night.lights[choice->reference]);
    }
    decide(night, lights, measured, options.judge);
    return night;
}

}  // namespace nightstack
