// SPDX-License-Identifier: MIT
// Keeps a twin running on real time: hands it the time in the order of what is due, gives away what
// it says, and knows when to be called again. Nothing is skipped: where the machine comes too late, or whoever
// draws the pictures does, the twin's clock waits, and how much it has lost is told. One thread, no sockets.
#pragma once

#include <functional>
#include <optional>

#include "device/sim/servers/sim_device.h"
#include "device/sim/servers/twin_clock.h"

namespace nightstack::device::sim {

// Told at most every five seconds.
struct Slowed {
    double asked = 1;        // the speed that was wanted
    double kept = 1;         // the speed since the last time this was told
    SimTime lost_in_all{0};  // in the twin's time
};

// Who draws what the cameras take.
struct Pictures {
    std::function<void(std::vector<Exposed>)> take;  // in order, as it comes
    std::function<bool()> behind;                    // true: no time passes for the twin
};

class Pump {
public:
    using Now = std::function<RealTime()>;
    using Deliver = std::function<void(const Outgoing&)>;
    using Tell = std::function<void(const Slowed&)>;

    // `device` has to outlive it.
    Pump(SimDevice& device, double speed, Now real, Deliver deliver, Tell tell, Pictures pictures = {});

    // Brings the twin up to now, or as far as a moment's work goes. When to call it again; nothing: not before
    // something is done to the twin.
    std::optional<RealTime> run();
    // The time to hand to the twin, after run().
    SimTime now() const;

    double speed() const { return clock_.speed(); }
    SimTime lost() const { return clock_.lost(); }
    void set_speed(double speed);  // OptionError outside 0 to TwinClock::kMaxSpeed

private:
    void hand(SimTime at);
    void wait_for_machine(RealTime real);
    bool wait_for_pictures(RealTime real);
    void tell(RealTime real);

    SimDevice& device_;
    const Now real_;
    const Deliver deliver_;
    const Tell tell_;
    const Pictures pictures_;
    TwinClock clock_;
    SimTime at_{0};  // the latest time the twin was handed
    RealTime told_;
    SimTime lost_told_{0};
};

}  // namespace nightstack::device::sim
