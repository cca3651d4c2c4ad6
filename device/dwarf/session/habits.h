// SPDX-License-Identifier: MIT
// What the session has to know of a request before it sends it, from the interface table. Pure functions.
#pragma once

namespace nightstack::device::dwarf {

struct Habits {
    bool repeatable = false;  // a second sending does no harm; an interface we do not know is not
    bool doubtful = false;    // nobody knows whether it is ever answered
    bool isp = false;         // a setting of the image processor: those want time between them
    bool stop = false;        // ends something: may leave while others wait for their answers
    bool answered = false;    // a healthy scope answers it; stops are not meant, a real scope has ignored them
};

Habits habits_of(int interface);

// Whether the request `stop` ends what the request `start` begins: so it must not leave before it.
bool ends(int stop, int start);

}  // namespace nightstack::device::dwarf
