// SPDX-License-Identifier: MIT
// A whole night, from lights to the finished stack: measure, register, judge, integrate. Wiring
// only; each step is a function of its own. See docs/architecture.md, "How a night is stacked".
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "pipeline/core/runner.h"
#include "pipeline/core/transform.h"
#include "pipeline/core/verdict.h"
#include "pipeline/graph/canvas.h"
#include "pipeline/graph/integrate_lights.h"
#include "pipeline/graph/light.h"
#include "pipeline/graph/measure_lights.h"
#include "pipeline/graph/register_lights.h"
#include "pipeline/stages/demosaic/demosaic.h"
#include "pipeline/stages/integrate/combine.h"
#include "pipeline/stages/integrate/normalise.h"
#include "pipeline/stages/integrate/weights.h"
#include "pipeline/stages/warp/warp.h"

namespace nightstack {

struct OfflineOptions {
    IntegrateOptions integrate;
    Framing framing = Framing::max;
    int scale = 1;  // canvas pixels per pixel of the sampled planes, 1 to 3
    NormalisationKind normalisation = NormalisationKind::addscale;
    WeightKind weights = WeightKind::noise;
    RegisterLightsOptions registration;
    std::size_t memory_bytes = std::size_t{1} << 30;  // for the buffers of the run, masters not counted
};

// What became of one light, in the order given.
struct LightReport {
    Judgement judgement;
    FrameFigures figures;  // absent where unknown
    // Pixels of the frame as presented (rows top-down), between the ideal planes where there is a lens.
    std::optional<Transform> ref_from_frame;
    std::array<double, 3> weight{};  // per plane; 0 when not stacked
};

struct StackSummary {
    std::vector<LightReport> lights;
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
    std::size_t stacked = 0, rejected = 0, failed = 0;
};

// Where the result goes. `begin` is called before the first tile, and again when a light could no
// longer be read and the integration starts anew: what came before is void then. `tile` is called
// from several threads at once, for each tile and plane exactly once.
struct StackSink {
    std::function<void(const StackSummary&)> begin;
    std::function<void(const StackTile&)> tile;
};

// Told about every step, from any thread. `phase` is "measuring", "registering" or "integrating"; the latter
// two come again when another reference is tried or a light gets lost.
using PhaseProgress = std::function<std::function<void()>(const char* phase, const char* unit, int total)>;

// Never throws for what is wrong with single lights. Throws OptionError when the options cannot
// work (memory too small, canvas absurd), Interrupted when asked to stop, and what the sink throws.
// With no usable light the sink is never called and `reference` is empty.
StackSummary run_offline(std::span<const Light> lights, const OfflineOptions& options, const StackSink& sink,
                         Runner& runner, const PhaseProgress& progress, const std::stop_token& stop);

}  // namespace nightstack
