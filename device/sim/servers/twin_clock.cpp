// SPDX-License-Identifier: MIT
#include "device/sim/servers/twin_clock.h"

#include <algorithm>
#include <cmath>

#include "pipeline/core/error.h"

namespace nightstack::device::sim {
namespace {

using RealMs = std::chrono::duration<double, std::milli>;

constexpr double kYear_ms = 365.25 * 86'400e3;

double checked(double speed) {
    if (speed >= 0 && speed <= TwinClock::kMaxSpeed) return speed;  // false for NaN
    throw OptionError("speed " + std::to_string(speed) + ": 0 to 100000 expected");
}

}  // namespace

TwinClock::TwinClock(double speed, RealTime start) : speed_(checked(speed)), real_(start) {}

SimTime TwinClock::now(RealTime real) const {
    const double passed = std::max(0.0, RealMs(real - real_).count());
    return SimTime(static_cast<std::int64_t>(std::floor(twin_ + passed * speed_)));
}

RealTime TwinClock::when(SimTime twin) const {
    const double left = std::max(0.0, static_cast<double>(twin.count()) - twin_);
    if (left > speed_ * kYear_ms) return real_ + std::chrono::duration_cast<RealTime::duration>(RealMs(kYear_ms));
    if (left == 0) return real_;
    // A little later, so that now() has surely reached it.
    return real_ + std::chrono::ceil<RealTime::duration>(RealMs(left / speed_)) + std::chrono::microseconds(1);
}

void TwinClock::set_speed(double speed, RealTime real) {
    checked(speed);
    twin_ += std::max(0.0, RealMs(real - real_).count()) * speed_;
    real_ = std::max(real_, real);
    speed_ = speed;
}

void TwinClock::hold_back(SimTime twin, RealTime real) {
    lost_ += std::max(SimTime(0), now(real) - twin);
    twin_ = static_cast<double>(twin.count());
    real_ = real;
}

}  // namespace nightstack::device::sim
