// SPDX-License-Identifier: MIT
// Calibration 11205, goto 11203, stop 11204: what the scope says while it works, and where it looks.
#pragma once

#include <optional>
#include <string>

#include "device/model/target.h"
#include "device/sim/twin/clock.h"
#include "device/sim/twin/row.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

// What the scope believes about its place; read from the wire, where longitude is positive WEST.
struct ToldPlace {
    double longitude_east_deg = 0;
    double latitude_deg = 0;
    std::chrono::milliseconds clock_error{};  // the told date minus the sky's
};

struct Astro {
    enum class State { calibrating, tracking, stopping, idle, seeking };  // the numbers of astroState
    State state = State::idle;
    bool calibrated = false;
    TimerId step;
    int phase = 0;  // of the calibration
    int phases = 0;
    std::optional<ToldPlace> told;  // by the last calibration
    Equatorial target;
    int planet = -1;
    std::string path;
    int gotos = 0;  // that reached their target, since switching on
};

std::span<const Row> astro_rows();

}  // namespace nightstack::device::sim
