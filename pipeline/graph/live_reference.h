// SPDX-License-Identifier: MIT
// The live stack that a light begins as its reference: what its white, noise and sky say. Pure function; any thread.
#pragma once

#include "pipeline/core/frame.h"
#include "pipeline/graph/measure_lights.h"
#include "pipeline/stages/live/live_stack.h"

namespace nightstack {

struct LiveRunOptions;

LiveStackOptions reference_stack(const LightMeasurement& reference, const StreamFormat& format,
                                 const LiveRunOptions& options);

}  // namespace nightstack
