// SPDX-License-Identifier: MIT
// Where on the sky a stack lies, when its reference frame's header tells.
#pragma once

#include <string>

#include "io/fits/cards.h"
#include "pipeline/graph/canvas.h"
#include "tools/session/input_frame.h"

namespace nightstack::tools {

struct CarriedWcs {
    bool found = false;
    io::FitsCards cards;
    std::string text;  // what was carried, or why a solution that is there was not; "" when there is none
};

// Of a FITS frame with a tangent-plane solution, moved to the grid of the stack, whose rows are as presented.
CarriedWcs carried_wcs(const InputFrame& reference, const Canvas& canvas);

}  // namespace nightstack::tools
