// SPDX-License-Identifier: MIT
// Panorama (10103, 10106): a grid of pictures around where the scope looks.
#pragma once

#include <string>

#include "device/sim/twin/row.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

struct Panorama {
    TimerId running;
    int rows = 0;
    int columns = 0;
    int taken = 0;
    double step_x_deg = 0;
    double step_y_deg = 0;
    double centre_spin_deg = 0;
    double centre_pitch_deg = 0;
    std::string name;
    int finished = 0;  // in the twin's whole life
};

std::span<const Row> panorama_rows();
void end_panorama(Body& body);

}  // namespace nightstack::device::sim
