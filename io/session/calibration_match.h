// SPDX-License-Identifier: MIT
// Which dark, flat and bias fit a set of lights. Pure functions, any thread.
// The rule is that of all tools for this scope: camera, exposure, gain and binning must agree;
// what is unknown on one side is no mismatch but ranks lower and warns, and where the lights are silent about a field
// (camera apart) in which the candidates differ, none is taken; the sensor is not cooled, so its
// temperature only ranks and warns (flats know none); where sessions are joined, the lights' own frames rank
// before those of the others; more frames rank higher.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/session/calibration_candidate.h"

namespace nightstack::io {

// What is known of the frames to be calibrated: lights, or flats.
struct LightKey {
    CameraSide camera = CameraSide::unknown;
    std::optional<double> exposure_s;
    std::optional<double> gain;
    std::optional<int> binning;
    std::optional<double> temperature_c;
    std::string filter;             // as the header writes it
    const char* frames = "lights";  // what to call them
};

struct MatchResult {
    std::vector<std::size_t> ranked;                 // candidates that fit, best first
    std::optional<std::size_t> nearest;              // when none fits: the one with the fewest differences
    std::string text;                                // one line: what was chosen, or which field of the nearest differs
    std::vector<std::vector<std::string>> warnings;  // about each of `ranked`: temperature, unknown fields, few frames
    std::optional<std::size_t> chosen() const { return ranked.empty() ? std::nullopt : std::optional(ranked[0]); }
};

// Camera, exposure (1 % or 1 ms), gain, binning.
MatchResult match_dark(const LightKey& lights, std::span<const CalibrationCandidate> candidates);
// The same among flat darks, for a key made from the flats.
MatchResult match_flat_dark(const LightKey& flats, std::span<const CalibrationCandidate> candidates);
// Camera, binning, filter.
MatchResult match_flat(const LightKey& lights, std::span<const CalibrationCandidate> candidates);
// Camera, gain, binning.
MatchResult match_bias(const LightKey& lights, std::span<const CalibrationCandidate> candidates);

}  // namespace nightstack::io
