// SPDX-License-Identifier: MIT
// Following an object in the picture (11200 to 11202): a box in 1920x1080 that moves.
#pragma once

#include "device/sim/twin/row.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

struct TrackBox {
    double x = 0;
    double y = 0;
    double w = 0;
    double h = 0;
};

struct Tracker {
    enum class State { uninitialised, initialising, initialised, tracking, stopped };
    State state = State::uninitialised;
    TimerId timer;
    TrackBox box;
    double speed_x = 0;  // pixels a second
    double speed_y = 0;
};

std::span<const Row> tracker_rows();
void end_tracker(Body& body, Tracker::State state);

}  // namespace nightstack::device::sim
