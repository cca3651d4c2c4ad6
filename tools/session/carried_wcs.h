// SPDX-License-Identifier: MIT
// Where on the sky a stack lies, when its reference frame's header tells.
#pragma once

#include <string>

#include "io/fits/cards.h"
#include "pipeline/graph/canvas.h"
#include "tools/live/ledger.h"
#include "tools/session/input_frame.h"

namespace nightstack::tools {

struct CarriedWcs {
    bool found = false;
    io::FitsCards cards;
    std::string text;  // what was carried, or why a solution that is there was not; "" when there is none
};

// What a frame's header says of the sky, to be kept with a live stack; no cards where it says nothing.
LedgerSky sky_of(const InputFrame& frame);

// A tangent-plane solution of a frame that has `height` rows, moved to the grid of the stack, whose rows are as
// presented. `name` is for complaints.
CarriedWcs carried_wcs(const LedgerSky& sky, int height, const std::string& name, const Canvas& canvas);
CarriedWcs carried_wcs(const InputFrame& reference, const Canvas& canvas);

}  // namespace nightstack::tools
