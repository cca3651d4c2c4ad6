// SPDX-License-Identifier: MIT
// What is measured of every frame and judged against the rest of the session. Plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pipeline/core/verdict.h"

namespace nightstack {

// Absent (or not a number) means unknown: nobody is rejected for a figure that is not there.
struct FrameFigures {
    std::optional<double> fwhm_px;       // median of the stars
    std::optional<double> roundness;     // median of the stars, 1 = round
    std::optional<double> stars;         // found in the frame
    std::optional<double> background;    // median sky, ADU
    std::optional<double> transparency;  // flux of the stars or contrast of the scene, frame / reference
    std::optional<double> residual_px;   // of the registration
    std::optional<double> sharpness;     // of frames of a scene, 1/px (stages/scene/sharpness.h)

    // Frames of one exposure, gain and filter have one number: only they are held against each other.
    int group = 0;

    // Refused before (no match, black, saturated ...): keeps this reason, stays out of the session's
    // statistics and never becomes the reference.
    Reason refused = Reason::none;
    std::string refused_text;
};

enum class Figure { fwhm, roundness, stars, background, transparency, residual, sharpness };
inline constexpr int figure_count = 7;

// The figure of a frame; empty when unknown or not finite.
std::optional<double> value_of(const FrameFigures& frame, Figure figure);
std::string_view key(Figure figure);   // as in reports: "fwhm_px", "stars" ...
std::string_view word(Figure figure);  // as in sentences: "FWHM", "star count" ...
std::string_view unit(Figure figure);  // " px", " ADU" or ""
int decimals(Figure figure);           // worth printing
Reason reason_of(Figure figure);

}  // namespace nightstack
