// SPDX-License-Identifier: MIT
// The twin's time: real time times a speed, from zero. It never goes back and never jumps ahead; it
// can be held back, which is how the twin waits for a machine that cannot keep up. One thread.
#pragma once

#include <chrono>

#include "device/sim/twin/twin.h"

namespace nightstack::device::sim {

using RealTime = std::chrono::steady_clock::time_point;

class TwinClock {
public:
    // Speeds from 0 (it stands) to kMaxSpeed; others throw OptionError.
    static constexpr double kMaxSpeed = 100'000;
    TwinClock(double speed, RealTime start);

    SimTime now(RealTime real) const;
    // When it will show `twin`; the far future where it stands.
    RealTime when(SimTime twin) const;
    double speed() const { return speed_; }
    void set_speed(double speed, RealTime real);
    // Shows `twin` at `real`, although it would be later already; the difference is lost.
    void hold_back(SimTime twin, RealTime real);
    SimTime lost() const { return lost_; }  // so far, in the twin's time

private:
    double speed_ = 1;
    RealTime real_;    // at `real_` it showed `twin_`
    double twin_ = 0;  // ms; fractions count at low speeds
    SimTime lost_{0};
};

}  // namespace nightstack::device::sim
