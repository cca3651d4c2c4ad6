// SPDX-License-Identifier: MIT
// Whether something listens at an address, for `doctor --host`. Blocks up to the timeout; any thread.
#pragma once

#include <chrono>
#include <string>

namespace nightstack::tools {

enum class PortState {
    open,
    closed,  // the machine is there and says no
    silent,  // nothing comes back: another network, a firewall, or switched off
    no_name  // the name has no address
};

PortState probe_port(const std::string& host, int port, std::chrono::milliseconds timeout);

}  // namespace nightstack::tools
