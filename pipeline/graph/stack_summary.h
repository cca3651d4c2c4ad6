// SPDX-License-Identifier: MIT
// What a run over many lights answers, whichever way they were stacked, and where its result goes.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "pipeline/core/aligned_by.h"
#include "pipeline/core/distortion.h"
#include "pipeline/core/transform.h"
#include "pipeline/graph/canvas.h"
#include "pipeline/graph/integrate_lights.h"
#include "pipeline/graph/light_report.h"
#include "pipeline/graph/live_finish.h"

namespace nightstack {

struct StackSummary {
    std::vector<LightReport> lights;       // in the order given
    std::optional<std::size_t> reference;  // none when no frame was usable
    TransformModel model = TransformModel::similarity;
    std::optional<RadialDistortion> lens;  // absent = the frames lie straight
    Canvas canvas;
    int planes = 0;
    int grow_px = 0;       // by which rejection grew, grow.h
    double white_adu = 0;  // the highest value any raw pixel had
    bool flags = false;    // tiles have FLAG planes: of the live stack
    // Per plane over all pixels with data.
    std::array<double, 3> low_percent{};
    std::array<double, 3> high_percent{};
    // Likewise, of the live stack only: pixels where its rejection may have missed outliers, stages/live/clip.h.
    std::optional<std::array<double, 3>> flagged_percent;
    AlignedBy aligned_by = AlignedBy::stars;
    std::optional<LiveFinish> finish;  // of a finishing pass; flagged_percent is of after it
    std::size_t stacked = 0, rejected = 0, failed = 0;
};

// Fills the three counts from the lights' verdicts. The identity that a run must be able to state: throws
// std::logic_error when they are not all the lights.
void count_verdicts(StackSummary& summary);

// Where the result goes. `begin` is called before the first tile, and again when a light could no
// longer be read and the integration starts anew: what came before is void then. `tile` is called
// from several threads at once, for each tile and plane exactly once.
struct StackSink {
    std::function<void(const StackSummary&)> begin;
    std::function<void(const StackTile&)> tile;
};

// Told about every step, from any thread. `phase` is "measuring", "registering" or "integrating", where lights are
// taken one by one "stacking" and "integrating"; the latter two come again when another reference is tried or a light
// gets lost.
using PhaseProgress = std::function<std::function<void()>(const char* phase, const char* unit, int total)>;

}  // namespace nightstack
