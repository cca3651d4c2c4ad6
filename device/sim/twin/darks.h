// SPDX-License-Identifier: MIT
// Dark frames: which exist, taking more (10026), asking (10027). They are kept inside the scope.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "device/sim/twin/row.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

struct Darks {
    using Key = std::tuple<int, int, int>;  // exposure in units of 0.1 ms, binning as on the wire, gain
    std::set<Key> have;
    TimerId running;
    double exposure_s = 0;
    int binning = 1;
    int count = 0;
    int frame = 0;  // of the gain under way
    std::vector<int> gains_left;
    std::string name;
    int taken = 0;  // sets since switching on
};

// As the twin comes: 2x2, 1 to 15 s in whole seconds, gains 30 to 150. 1x1 has none.
Darks standard_darks();
bool dark_exists(const Darks& darks, double exposure_s, int binning, int gain);

std::span<const Row> dark_rows();
void end_darks(Body& body);  // what is whole stays; nothing when none runs

}  // namespace nightstack::device::sim
