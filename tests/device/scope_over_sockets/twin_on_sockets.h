// SPDX-License-Identifier: MIT
// The twin behind its own servers on free ports of this machine, and what it knows of itself, asked over its control
// plane. Calls throw runtime_error when the control plane does not answer. Any thread, one at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "device/dwarf/protocol/types.h"
#include "device/dwarf/session/scope.h"
#include "device/model/target.h"
#include "device/sim/servers/twin_servers.h"

namespace nightstack::device::test {

// 2023-09-01 21:00 UTC at 9 E 48 N: M 13 stands high in the west.
inline const dwarf::Utc kEvening = dwarf::Utc{} + std::chrono::seconds(1693602000);
inline const Site kSite{9.0, 48.0, 300.0};

class TwinOnSockets {
public:
    explicit TwinOnSockets(double speed);

    std::uint16_t ws_port() const { return servers_->ports().ws; }
    dwarf::ScopeAddress address() const;

    // A number or flag of /sim/state, "raw.taken"; NaN when there is none.
    double truth(const std::string& path) const;
    bool reaches(const std::string& path, double at_least) const;  // within 20 s
    int received(int interface) const;                             // requests, in /sim/events; all since the start
    dwarf::Utc utc() const;                                        // the sky's time there, now
    void fault(const std::string& json) const;
    void set_speed(double speed) const;

private:
    std::string call(const std::string& method, const std::string& target, const std::string& body = "") const;
    std::unique_ptr<sim::TwinServers> servers_;
};

}  // namespace nightstack::device::test
