// SPDX-License-Identifier: MIT
#include "device/sim/servers/pump.h"

#include <algorithm>

namespace nightstack::device::sim {
namespace {

constexpr auto kMoment = std::chrono::milliseconds(20);     // of work before sockets are served again
constexpr auto kTooLate = std::chrono::milliseconds(100);   // what is handled later than this holds the clock back
constexpr auto kLookAgain = std::chrono::milliseconds(10);  // whether the pictures are done
constexpr auto kTellEvery = std::chrono::seconds(5);

}  // namespace

Pump::Pump(SimDevice& device, double speed, Now real, Deliver deliver, Tell tell, Pictures pictures)
    : device_(device),
      real_(std::move(real)),
      deliver_(std::move(deliver)),
      tell_(std::move(tell)),
      pictures_(std::move(pictures)),
      clock_(speed, real_()),
      told_(real_()) {}

std::optional<RealTime> Pump::run() {
    const RealTime begin = real_();
    if (wait_for_pictures(begin)) return begin + kLookAgain;
    wait_for_machine(begin);
    const SimTime wanted = clock_.now(begin);
    std::optional<SimTime> due = device_.next_due();
    for (; due && *due <= wanted; due = device_.next_due()) {
        hand(std::max(*due, at_));
        if (real_() - begin > kMoment || (pictures_.behind && pictures_.behind())) break;
    }
    due = device_.next_due();
    if (due && *due <= wanted) return begin;  // at once, after what the sockets have
    hand(std::max(wanted, at_));
    due = device_.next_due();
    return due ? std::optional(clock_.when(*due)) : std::nullopt;
}

// Waking late, or having more to do than time for it, looks the same: what comes next is overdue.
void Pump::wait_for_machine(RealTime real) {
    const std::optional<SimTime> due = device_.next_due();
    if (!due || *due >= clock_.now(real) || real - clock_.when(*due) <= kTooLate) return;
    clock_.hold_back(std::max(*due, at_), real);
    tell(real);
}

// The twin stands still where it is.
bool Pump::wait_for_pictures(RealTime real) {
    if (!pictures_.behind || !pictures_.behind()) return false;
    clock_.hold_back(at_, real);
    tell(real);
    return true;
}

void Pump::hand(SimTime at) {
    at_ = at;
    for (const Outgoing& out : device_.take(at)) deliver_(out);
    if (!pictures_.take) return;
    std::vector<Exposed> exposed = device_.take_exposed();
    if (!exposed.empty()) pictures_.take(std::move(exposed));
}

SimTime Pump::now() const {
    const SimTime shown = std::max(clock_.now(real_()), at_);
    const std::optional<SimTime> due = device_.next_due();
    return due ? std::clamp(*due, at_, shown) : shown;
}

void Pump::set_speed(double speed) { clock_.set_speed(speed, real_()); }

void Pump::tell(RealTime real) {
    if (real - told_ < kTellEvery) return;
    const double seconds = std::chrono::duration<double>(real - told_).count();
    const double lost = std::chrono::duration<double>(clock_.lost() - lost_told_).count();
    told_ = real;
    lost_told_ = clock_.lost();
    if (tell_) tell_({clock_.speed(), std::max(0.0, clock_.speed() - lost / seconds), clock_.lost()});
}

}  // namespace nightstack::device::sim
