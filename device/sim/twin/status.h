// SPDX-License-Identifier: MIT
// What the scope says about itself when asked: 10215, 10216, 10217, 10022.
#pragma once

#include "device/sim/twin/row.h"

namespace nightstack::device::sim {

std::span<const Row> status_rows();

struct WorkingState {  // of 10022
    int camera = 0;
    int photo = 0;
    int record = 0;
    int track = 0;
    int astro = 3;
};
WorkingState working_state(const Body& body);

}  // namespace nightstack::device::sim
