// SPDX-License-Identifier: MIT
// Opening and closing of the two cameras (10000, 10017).
#pragma once

#include "device/sim/twin/row.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

struct Camera {
    bool open = false;
    int binning = 1;  // 0 = 1x1, 1 = 2x2
    TimerId closing;
};

struct Cameras {
    Camera tele;
    Camera wide;
    Camera& of(int id) { return id == 0 ? tele : wide; }
    const Camera& of(int id) const { return id == 0 ? tele : wide; }
};

std::span<const Row> camera_rows();

}  // namespace nightstack::device::sim
