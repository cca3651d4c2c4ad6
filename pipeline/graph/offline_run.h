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
#include "pipeline/graph/stack_summary.h"
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

// Never throws for what is wrong with single lights. Throws OptionError when the options cannot
// work (memory too small, canvas absurd), Interrupted when asked to stop, and what the sink throws.
// With no usable light the sink is never called and `reference` is empty.
StackSummary run_offline(std::span<const Light> lights, const OfflineOptions& options, const StackSink& sink,
                         Runner& runner, const PhaseProgress& progress, const std::stop_token& stop);

}  // namespace nightstack
