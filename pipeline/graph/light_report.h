// SPDX-License-Identifier: MIT
// What became of one light of a run.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "pipeline/core/transform.h"
#include "pipeline/core/verdict.h"
#include "pipeline/stages/demosaic/demosaic.h"
#include "pipeline/stages/integrate/sky_tilt.h"
#include "pipeline/stages/judge/figures.h"

namespace nightstack {

struct LightReport {
    Judgement judgement;
    FrameFigures figures;  // absent where unknown
    // Pixels of the frame as presented (rows top-down), between the ideal planes where there is a lens.
    std::optional<Transform> ref_from_frame;
    std::array<double, 3> weight{};    // per plane; 0 when not stacked
    std::optional<std::size_t> block;  // of the live stack, from 0; absent elsewhere and when not stacked
    // Of the live stack only: value = scale * ADU + offset, per plane.
    std::array<double, 3> scale{1, 1, 1};
    std::array<double, 3> offset{};
    // What else its samples were made with, so that they can be made again (live_replay.h).
    std::array<SkyTilt, 3> tilt{};
    DemosaicOptions demosaic{};
    double noise_adu = 0;
};

}  // namespace nightstack
