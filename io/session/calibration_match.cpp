// SPDX-License-Identifier: MIT
#include "io/session/calibration_match.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <tuple>

#include "io/files/file.h"
#include "pipeline/core/ascii.h"

namespace nightstack::io {
namespace {

constexpr double kWarnTemperature_c = 5;  // dark current doubles every 6 to 7 degrees
constexpr int kFewFrames = 10;            // below, the dark adds noise worth a word

enum class Field { camera, exposure, gain, binning, filter };
constexpr std::array kDarkFields{Field::camera, Field::exposure, Field::gain, Field::binning};
constexpr std::array kFlatFields{Field::camera, Field::binning, Field::filter};
constexpr std::array kBiasFields{Field::camera, Field::gain, Field::binning};

std::string number(double value) {
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::general, 6).ptr;
    return {text.data(), end};
}

// Both sides of one field in words, "" unknown; and whether they agree where both are known.
struct Sides {
    std::string candidate;
    std::string light;
    bool agree = true;
    bool unknown() const { return candidate.empty() || light.empty(); }
    bool mismatch() const { return !unknown() && !agree; }
};

template <class T>
Sides numbers(const std::optional<T>& candidate, const std::optional<T>& light, double tolerance, const char* unit) {
    Sides sides;
    if (candidate) sides.candidate = number(*candidate) + unit;
    if (light) sides.light = number(*light) + unit;
    if (candidate && light) sides.agree = std::abs(double(*candidate) - double(*light)) <= tolerance;
    return sides;
}

// The code under which the scope files the flats of a filter.
std::optional<int> filter_code(const std::string& low) {
    if (low == "vis" || low == "ircut" || low == "cut") return 0;
    if (low == "astro") return 1;
    if (low == "duo-band" || low == "duoband" || low == "duo") return 2;
    return std::nullopt;
}

Sides filters(const CalibrationCandidate& c, const LightKey& light) {
    static constexpr std::array kNames{"VIS", "Astro", "Duo-Band"};
    Sides sides{printable(c.filter), printable(light.filter)};
    if (c.ir)
        sides.candidate = *c.ir >= 0 && *c.ir < 3 ? kNames[static_cast<std::size_t>(*c.ir)] : "ir " + number(*c.ir);
    if (sides.unknown()) return sides;
    const auto candidate_code = c.ir ? c.ir : filter_code(lower_case(c.filter));
    const auto light_code = filter_code(lower_case(light.filter));
    if (candidate_code && light_code) {
        sides.agree = *candidate_code == *light_code;
    } else if (c.ir) {
        sides.light.clear();  // a code and a foreign word cannot be compared
    } else {
        sides.agree = lower_case(c.filter) == lower_case(light.filter);
    }
    return sides;
}

Sides compare(Field field, const CalibrationCandidate& c, const LightKey& light) {
    switch (field) {
        case Field::camera: {
            Sides sides{std::string(name(c.camera)), std::string(name(light.camera))};
            sides.agree = c.camera == light.camera;
            return sides;
        }
        case Field::exposure:
            return numbers(c.exposure_s, light.exposure_s, std::max(0.001, 0.01 * light.exposure_s.value_or(0)), " s");
        case Field::gain: return numbers(c.gain, light.gain, 1e-6, "");
        case Field::binning: return numbers(c.binning, light.binning, 0, "");
        case Field::filter: return filters(c, light);
    }
    return {};
}

const char* word(Field field) {
    switch (field) {
        case Field::camera: return "camera";
        case Field::exposure: return "exposure";
        case Field::gain: return "gain";
        case Field::binning: return "binning";
        case Field::filter: return "filter";
    }
    return "";
}

struct Ranked {
    std::size_t index = 0;
    int mismatches = 0;
    int unknown = 0;
    int temperature_step = 0;  // 0 near, 1 unknown, 2 far
    double temperature_gap = 0;
    bool joined = false;
    int frames = 0;
    auto order() const {
        return std::tuple(mismatches, unknown, temperature_step, joined, -frames, temperature_gap, index);
    }
};

std::optional<double> temperature_gap(const CalibrationCandidate& c, const LightKey& light) {
    if (!c.temperature_c || !light.temperature_c) return std::nullopt;
    return std::abs(*c.temperature_c - *light.temperature_c);
}

Ranked rank(std::size_t index, const CalibrationCandidate& c, const LightKey& light, std::span<const Field> fields) {
    Ranked r{.index = index, .joined = c.joined, .frames = c.frames};
    for (const Field field : fields) {
        const Sides sides = compare(field, c, light);
        r.mismatches += sides.mismatch() ? 1 : 0;
        r.unknown += sides.unknown() ? 1 : 0;
    }
    if (c.kind == CalibrationKind::flat) return r;
    const auto gap = temperature_gap(c, light);
    r.temperature_gap = gap.value_or(0);
    r.temperature_step = !gap ? 1 : *gap > kWarnTemperature_c ? 2 : 0;
    return r;
}

std::string differences(const CalibrationCandidate& c, const LightKey& light, std::span<const Field> fields) {
    std::string text;
    for (const Field field : fields) {
        const Sides sides = compare(field, c, light);
        if (!sides.mismatch()) continue;
        if (!text.empty()) text += "; ";
        text += std::string(word(field)) + " " + sides.candidate + ", " + light.frames + " have " + sides.light;
    }
    return text;
}

// The camera is left to the size of the frames, which tells it.
bool lacks(const LightKey& light, Field field) {
    switch (field) {
        case Field::camera: return false;
        case Field::exposure: return !light.exposure_s;
        case Field::gain: return !light.gain;
        case Field::binning: return !light.binning;
        case Field::filter: return light.filter.empty();
    }
    return false;
}

// What the frames of a candidate say, to hold another candidate against them.
LightKey key_of(const CalibrationCandidate& c) {
    LightKey key{c.camera, c.exposure_s, c.gain, c.binning, c.temperature_c, c.filter};
    if (c.ir) key.filter = filters(c, {}).candidate;
    return key;
}

std::vector<std::string> warnings_about(const CalibrationCandidate& c, const LightKey& light,
                                        std::span<const Field> fields) {
    std::vector<std::string> warnings;
    const std::string who = std::string(name(c.kind)) + " " + describe(c);
    const auto gap = temperature_gap(c, light);
    if (gap && *gap > kWarnTemperature_c && c.kind == CalibrationKind::dark)
        warnings.push_back(who + " was taken at " + number(*c.temperature_c) + " C, the " + light.frames + " at " +
                           number(*light.temperature_c) + " C");
    for (const Field field : fields) {
        const Sides sides = compare(field, c, light);
        if (sides.candidate.empty() && !sides.light.empty())
            warnings.push_back(who + " does not say its " + word(field) + "; taken to fit");
        if (lacks(light, field) && !sides.candidate.empty())
            warnings.push_back("the " + std::string(light.frames) + " do not say their " + word(field) + ", " + who +
                               " has " + sides.candidate + "; taken to fit");
    }
    if (c.frames > 0 && c.frames < kFewFrames)
        warnings.push_back(who + " is made of " + number(c.frames) + (c.frames == 1 ? " frame" : " frames") +
                           " only and adds noise");
    return warnings;
}

// Where the lights are silent and what would fit differs, any choice would be a guess: says so, "" when there is no
// such field. Those of joined sessions are no rivals of the lights' own.
std::string guess(const LightKey& light, std::span<const CalibrationCandidate> candidates,
                  std::span<const std::size_t> ranked, std::span<const Field> fields) {
    const CalibrationCandidate& first = candidates[ranked.front()];
    for (const Field field : fields) {
        if (!lacks(light, field)) continue;
        const CalibrationCandidate* said = nullptr;
        for (const std::size_t i : ranked) {
            const CalibrationCandidate& c = candidates[i];
            if (c.joined != first.joined || compare(field, c, light).candidate.empty()) continue;
            if (!said) said = &c;
            const Sides sides = compare(field, c, key_of(*said));
            if (!sides.mismatch()) continue;
            return "the " + std::string(light.frames) + " do not say their " + word(field) + ", and " +
                   describe(*said) + " has " + sides.light + ", " + describe(c) + " " + sides.candidate;
        }
    }
    return "";
}

MatchResult match(CalibrationKind kind, const LightKey& light, std::span<const CalibrationCandidate> candidates,
                  std::span<const Field> fields) {
    std::vector<Ranked> all;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        if (candidates[i].kind == kind && !candidates[i].paths.empty())
            all.push_back(rank(i, candidates[i], light, fields));
    }
    std::sort(all.begin(), all.end(), [](const Ranked& a, const Ranked& b) { return a.order() < b.order(); });
    MatchResult result;
    for (const Ranked& r : all) {
        if (r.mismatches == 0) result.ranked.push_back(r.index);
    }
    const std::string kind_word(name(kind));
    if (all.empty()) {
        result.text = "no " + kind_word + " found";
        return result;
    }
    const CalibrationCandidate& c = candidates[all.front().index];
    if (result.ranked.empty()) {
        result.nearest = all.front().index;
        result.text =
            "no " + kind_word + " fits: the nearest, " + describe(c) + ", has " + differences(c, light, fields);
        return result;
    }
    if (const std::string why = guess(light, candidates, result.ranked, fields); !why.empty()) {
        result.nearest = result.ranked.front();
        result.ranked.clear();
        result.text = "no " + kind_word + " is sure to fit: " + why;
        return result;
    }
    result.text = kind_word + " " + describe(c);
    for (const std::size_t i : result.ranked) result.warnings.push_back(warnings_about(candidates[i], light, fields));
    return result;
}

}  // namespace

MatchResult match_dark(const LightKey& lights, std::span<const CalibrationCandidate> candidates) {
    return match(CalibrationKind::dark, lights, candidates, kDarkFields);
}
MatchResult match_flat_dark(const LightKey& flats, std::span<const CalibrationCandidate> candidates) {
    return match(CalibrationKind::flat_dark, flats, candidates, kDarkFields);
}
MatchResult match_flat(const LightKey& lights, std::span<const CalibrationCandidate> candidates) {
    return match(CalibrationKind::flat, lights, candidates, kFlatFields);
}
MatchResult match_bias(const LightKey& lights, std::span<const CalibrationCandidate> candidates) {
    return match(CalibrationKind::bias, lights, candidates, kBiasFields);
}

}  // namespace nightstack::io
