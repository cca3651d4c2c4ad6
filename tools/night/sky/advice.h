// SPDX-License-Identifier: MIT
// One sentence for who sits beside the scope. Pure.
#pragma once

#include <optional>
#include <string>

#include "pipeline/stages/progress/field_motion.h"
#include "pipeline/stages/progress/noise_floor.h"
#include "pipeline/stages/progress/transparency.h"

namespace nightstack::tools {

struct AdviceFigures {
    std::optional<NoiseFit> fit;
    std::optional<TransparencyTrend> transparency;
    std::optional<double> fwhm_px, best_fwhm_px;  // of the last frames, and of the best of the night
    std::optional<FieldMotion> motion;
    int width = 0, height = 0;  // of the frame, px
};

// The most urgent thing, "" when there is none: a sky that closes, a focus that is lost, a noise floor that only
// dithering lowers, a target that leaves the field.
std::string advice(const AdviceFigures& figures);

}  // namespace nightstack::tools
