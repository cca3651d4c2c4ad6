// SPDX-License-Identifier: MIT
// The times that keep requests apart and end the waiting for answers; desk.h has the rules. Plain value.
#pragma once

#include "device/dwarf/session/scope_link.h"

namespace nightstack::device::dwarf {

struct Pauses {
    Milliseconds isp_gap{500};    // from one ISP command to the next
    Milliseconds same_gap{100};   // from the end of a request to the next of that number
    Milliseconds patience{2000};  // for something better than `perhaps`
    Milliseconds doubt{3000};     // for the answer to a command of which nobody knows whether it is answered
    Milliseconds late{30000};
};

}  // namespace nightstack::device::dwarf
