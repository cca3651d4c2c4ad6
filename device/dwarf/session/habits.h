// SPDX-License-Identifier: MIT
// What the session has to know of a request before it sends it, from the interface table. Pure functions.
#pragma once

namespace nightstack::device::dwarf {

struct Habits {
    bool repeatable = false;  // a second sending does no harm; an interface we do not know is not
    bool doubtful = false;    // nobody knows whether it is ever answered
    bool isp = false;         // a setting of the image processor: those want time between them
};

Habits habits_of(int interface);

}  // namespace nightstack::device::dwarf
