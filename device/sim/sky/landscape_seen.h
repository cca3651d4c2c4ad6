// SPDX-License-Identifier: MIT
// The landscape in an exposure's light.
#pragma once

#include <functional>

#include "device/sim/landscape/landscape.h"
#include "device/sim/sky/air.h"
#include "pipeline/sky/frame_truth.h"

namespace nightstack::device::sim {

// Puts the landscape in front of the sky, ExposureOptions::backdrop. Empty when the frame shows nothing of it. `ahead`:
// where the middle of the frame looks; the rows are level. The landscape must outlive it.
std::function<void(double* row, int y, const sky::RowBands& bands)> landscape_seen(const Landscape& landscape,
                                                                                   const Exposed& exposed,
                                                                                   const AltAz& ahead,
                                                                                   const Lights& lights,
                                                                                   const sky::FrameTruth& truth);

}  // namespace nightstack::device::sim
