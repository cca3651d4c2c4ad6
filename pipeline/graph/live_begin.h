// SPDX-License-Identifier: MIT
// With what a live stack begins, and which lights numbers can hold at all: pixels of floats may be anything. Pure
// functions.
#pragma once

#include <string>

#include "pipeline/graph/integrate_lights.h"
#include "pipeline/graph/live_run.h"
#include "pipeline/graph/measure_lights.h"

namespace nightstack {

// White and noise of the stack are those of its reference. Not checked.
LiveStackOptions live_stack_options(const LiveRunOptions& options, const StreamFormat& format,
                                    const LightMeasurement& reference);
// "" where all can be counted in fixed point, else what cannot.
std::string why_absurd(const LiveStackOptions& options);

// Whether samples come out of the light, and a ledger can tell how.
bool has_finite_level(const AcceptedLight& light);

}  // namespace nightstack
