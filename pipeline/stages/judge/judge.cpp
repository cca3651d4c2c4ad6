// SPDX-License-Identifier: MIT
#include "pipeline/stages/judge/judge.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/stages/judge/robust.h"
#include "pipeline/stages/judge/sentence.h"

namespace nightstack {
namespace {

constexpr std::array<Figure, figure_count> all_figures{Figure::fwhm,       Figure::roundness,    Figure::stars,
                                                       Figure::background, Figure::transparency, Figure::residual,
                                                       Figure::sharpness};

bool high_is_bad(Figure f) { return f == Figure::fwhm || f == Figure::background || f == Figure::residual; }
bool follows_from_others(Figure f) { return f == Figure::stars || f == Figure::residual; }

// What one figure of one frame is held against.
struct Bound {
    double value = 0;
    double limit = 0;
    double tolerance = 1;
    double excess = 0;  // beyond the limit in units of the tolerance; above 0 = rejected
};

// One figure of the whole session.
struct FigureBounds {
    std::vector<std::optional<Bound>> of_frame;
    double centre = 0;  // for the sentence: the median, or the best in short sessions
};

Bound bound_of(double value, double limit, double tolerance, bool high) {
    Bound b{value, limit, tolerance, 0};
    b.excess = (high ? value - limit : limit - value) / tolerance;
    return b;
}

// The frames that take part in the statistics, by position in the session.
std::vector<Sample> samples_of(std::span<const FrameFigures> frames, Figure figure) {
    std::vector<Sample> samples;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        const std::optional<double> v = value_of(frames[i], figure);
        if (v && frames[i].refused == Reason::none) samples.push_back({static_cast<double>(i), *v});
    }
    return samples;
}

// The curve at every frame of the session, also those that took no part in it.
std::vector<double> at_all_positions(std::span<const Sample> samples, std::span<const double> curve, std::size_t n) {
    std::vector<double> all(n);
    std::size_t k = 0;
    for (std::size_t i = 0; i < n; ++i) {
        const auto p = static_cast<double>(i);
        while (k + 1 < samples.size() && samples[k + 1].position <= p) ++k;
        all[i] = curve[k];
        if (k + 1 < samples.size() && p > samples[k].position) {
            const double share = (p - samples[k].position) / (samples[k + 1].position - samples[k].position);
            all[i] += share * (curve[k + 1] - curve[k]);
        }
    }
    return all;
}

std::vector<double> expected_values(std::span<const Sample> samples, double centre, std::size_t n,
                                    const FigureOptions& f, const JudgeOptions& o) {
    if (static_cast<int>(samples.size()) < o.frames_for_trend) return std::vector<double>(n, centre);
    std::vector<double> expected = at_all_positions(samples, slow_trend(samples), n);
    const double leash = std::max(f.trend * std::abs(centre), f.absolute);  // a sky near 0 ADU may move too
    for (double& e : expected) e = std::clamp(e, centre - leash, centre + leash);
    return expected;
}

FigureBounds session_bounds(std::span<const FrameFigures> frames, std::span<const Sample> samples, Figure figure,
                            const JudgeOptions& o) {
    const FigureOptions& f = o.of(figure);
    FigureBounds bounds;
    std::vector<double> values;
    for (const Sample& s : samples) values.push_back(s.value);
    bounds.centre = median(values);
    const std::vector<double> expected = expected_values(samples, bounds.centre, frames.size(), f, o);
    std::vector<double> distances;
    for (const Sample& s : samples) distances.push_back(s.value - expected[static_cast<std::size_t>(s.position)]);
    const double sigma = mad_sigma(distances, 0);
    for (std::size_t i = 0; i < frames.size(); ++i) {
        bounds.of_frame.emplace_back();
        const std::optional<double> v = value_of(frames[i], figure);
        if (!v) continue;
        const double e = expected[i];
        double tolerance = std::max({f.kappa * sigma, f.relative * std::abs(e), f.absolute});
        if (figure == Figure::stars) tolerance = std::max(tolerance, f.kappa * std::sqrt(std::max(0.0, e)));
        const bool high = high_is_bad(figure);
        bounds.of_frame.back() = bound_of(*v, high ? e + tolerance : e - tolerance, tolerance, high);
    }
    return bounds;
}

// Two to four frames: the absurd beside the best one.
FigureBounds absurd_bounds(std::span<const FrameFigures> frames, std::span<const Sample> samples, Figure figure,
                           const JudgeOptions& o) {
    const FigureOptions& f = o.of(figure);
    const bool high = high_is_bad(figure);
    const auto less = [](const Sample& a, const Sample& b) { return a.value < b.value; };
    FigureBounds bounds;
    bounds.centre = (high ? std::min_element(samples.begin(), samples.end(), less)
                          : std::max_element(samples.begin(), samples.end(), less))
                        ->value;
    const double size = std::abs(bounds.centre);
    const double room = high ? (f.absurd - 1) * size : (1 - 1 / f.absurd) * size;
    const double tolerance = std::max({room, 2 * f.absolute, 1e-9});
    for (const FrameFigures& frame : frames) {
        bounds.of_frame.emplace_back();
        const std::optional<double> v = value_of(frame, figure);
        if (!v) continue;
        bounds.of_frame.back() =
            bound_of(*v, high ? bounds.centre + tolerance : bounds.centre - tolerance, tolerance, high);
    }
    return bounds;
}

// The figure to name, see the header.
std::optional<Figure> cause(std::span<const FigureBounds> bounds, std::size_t frame) {
    for (const bool consequences : {false, true}) {
        std::optional<Figure> worst;
        double most = 0;
        for (const Figure f : all_figures) {
            const FigureBounds& b = bounds[static_cast<std::size_t>(f)];
            if (follows_from_others(f) != consequences || b.of_frame.empty() || !b.of_frame[frame]) continue;
            if (b.of_frame[frame]->excess > most) {
                most = b.of_frame[frame]->excess;
                worst = f;
            }
        }
        if (worst) return worst;
    }
    return std::nullopt;
}

std::string sentence(Figure figure, const Bound& b, double centre, bool short_session) {
    const int digits = decimals_to_tell_apart(b.value, b.limit, decimals(figure));
    const std::string u(unit(figure));
    return std::string(word(figure)) + " " + written(b.value, digits) + u + ", limit " + written(b.limit, digits) + u +
           (short_session ? " (best of the session " : " (session median ") + written(centre, digits) + ")";
}

Judgement judgement_of(const FrameFigures& frame, std::span<const FigureBounds> bounds, std::size_t i,
                       bool short_session) {
    Judgement j;
    for (const Figure f : all_figures) {
        const FigureBounds& b = bounds[static_cast<std::size_t>(f)];
        if (!b.of_frame.empty() && b.of_frame[i]) {
            j.limits[std::string(key(f))] = {b.of_frame[i]->value, b.of_frame[i]->limit};
        }
    }
    if (frame.refused != Reason::none) {
        j.verdict = Verdict::rejected;
        j.reason = frame.refused;
        j.text = frame.refused_text;
        return j;
    }
    const std::optional<Figure> f = cause(bounds, i);
    if (!f) return j;
    const FigureBounds& b = bounds[static_cast<std::size_t>(*f)];
    j.verdict = Verdict::rejected;
    j.reason = reason_of(*f);
    j.text = sentence(*f, *b.of_frame[i], b.centre, short_session);
    return j;
}

std::vector<Judgement> judge_group(std::span<const FrameFigures> frames, const JudgeOptions& options) {
    const auto taking_part =
        std::count_if(frames.begin(), frames.end(), [](const FrameFigures& f) { return f.refused == Reason::none; });
    const bool short_session = taking_part < options.frames_to_judge;
    std::array<FigureBounds, figure_count> bounds;
    for (const Figure f : all_figures) {
        const std::vector<Sample> samples = samples_of(frames, f);
        if (!options.of(f).enabled || samples.size() < 2) continue;
        const bool few = short_session || static_cast<int>(samples.size()) < options.frames_to_judge;
        bounds[static_cast<std::size_t>(f)] =
            few ? absurd_bounds(frames, samples, f, options) : session_bounds(frames, samples, f, options);
    }
    std::vector<Judgement> result;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        result.push_back(judgement_of(frames[i], bounds, i, short_session));
    }
    return result;
}

}  // namespace

const FigureOptions& JudgeOptions::of(Figure figure) const {
    switch (figure) {
        case Figure::fwhm: return fwhm;
        case Figure::roundness: return roundness;
        case Figure::stars: return stars;
        case Figure::background: return background;
        case Figure::transparency: return transparency;
        case Figure::residual: return residual;
        case Figure::sharpness: return sharpness;
    }
    return fwhm;
}

void JudgeOptions::check() const {
    for (const Figure f : all_figures) {
        const FigureOptions& o = of(f);
        const std::string who = "judge: " + std::string(key(f));
        if (!(o.kappa > 0)) throw OptionError(who + ": kappa " + written(o.kappa, 2) + " is not above 0");
        if (!(o.relative >= 0 && o.absolute >= 0 && o.relative + o.absolute > 0)) {
            throw OptionError(who + ": relative or absolute tolerance must be above 0, none below");
        }
        if (!(o.trend >= 0)) throw OptionError(who + ": trend " + written(o.trend, 2) + " is below 0");
        if (!(o.absurd > 1)) throw OptionError(who + ": absurd " + written(o.absurd, 2) + " is not above 1");
    }
    if (frames_to_judge < 3)
        throw OptionError("judge: frames_to_judge " + std::to_string(frames_to_judge) + " is below 3");
    if (frames_for_trend < frames_to_judge) throw OptionError("judge: frames_for_trend is below frames_to_judge");
}

std::vector<Judgement> judge(std::span<const FrameFigures> frames, const JudgeOptions& options) {
    options.check();
    std::map<int, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < frames.size(); ++i) groups[frames[i].group].push_back(i);
    std::vector<Judgement> result(frames.size());
    for (const auto& [group, members] : groups) {
        std::vector<FrameFigures> figures;
        for (const std::size_t i : members) figures.push_back(frames[i]);
        std::vector<Judgement> judgements = judge_group(figures, options);
        for (std::size_t k = 0; k < members.size(); ++k) result[members[k]] = std::move(judgements[k]);
    }
    return result;
}

}  // namespace nightstack
