// SPDX-License-Identifier: MIT
// The stack of a film in Y, U and V becomes red, green and blue, once, at its end: full range, BT.601, as JFIF says.
// Variances are carried over as of independent planes; a pixel has the least coverage and the most rejected samples of
// the planes it is made of, and is flagged where one of them is. Pure.
#pragma once

#include "pipeline/stages/live/live_stack.h"

namespace nightstack {

// Three planes, of one size; one plane (gray) stays as it is. Where a plane has no coverage all three are 0.
void to_rgb(LivePicture& yuv);

}  // namespace nightstack
