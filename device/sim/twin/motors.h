// SPDX-License-Identifier: MIT
// The three motors: spin (azimuth), pitch (altitude), focus. Where they stand, how they run, where
// they stop (10100, 10101, 10107 to 10109). How far a pulse moves a real scope nobody has published.
#pragma once

#include <algorithm>

#include "device/sim/twin/row.h"
#include "device/sim/twin/schedule.h"

namespace nightstack::device::sim {

inline constexpr double kDegreesPerStep = 0.0125;  // a full step of spin and pitch: a guess

struct Motor {
    double low = 0;
    double high = 0;
    double unit = 1;   // degrees or focus steps per full step
    double place = 0;  // at `since`
    SimTime since{};
    double rate = 0;  // units per second, 0 stands still
    TimerId end{};    // the last pulse, or the limit
    bool continuous = false;
    int micro_steps = 1;
    int speed = 0;  // 0 while running: 10107 has slowed it down to nothing
    int left = 0;   // pulses to go, of one slowed down to nothing
    int direction = 0;
    int touched = -1;  // the limit it stands at: 0 low, 1 high

    bool running() const { return static_cast<bool>(end); }
    double position(SimTime now) const {
        return std::clamp(place + rate * std::chrono::duration<double>(now - since).count(), low, high);
    }
    void set(double to) { place = std::clamp(to, low, high), rate = 0, touched = -1; }
};

struct Motors {
    Motor spin{-180, 180, kDegreesPerStep};
    Motor pitch{-15, 95, kDegreesPerStep};
    Motor focus{0, 10'000, 1, 4000};
    bool angle_known = true;  // lost when the power goes while they move
    Motor* of(std::int64_t id) { return id == 1 ? &spin : id == 2 ? &pitch : id == 3 ? &focus : nullptr; }
};

std::span<const Row> motor_rows();
void halt(Body& body, Motor& motor);

}  // namespace nightstack::device::sim
