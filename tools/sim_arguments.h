// SPDX-License-Identifier: MIT
// The words that `nightstack sim` takes, as values. Each throws OptionError with the option and what
// was expected.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "device/sim/servers/twin_servers.h"

namespace nightstack::tools {

device::sim::ServerPorts read_sim_ports(const std::string& text);     // "ws=0,http=8092"
std::uint64_t read_seed(const std::string& text);                     // a whole number, 0 or more
device::sim::TwinServers::Until read_until(const std::string& text);  // "seconds=S", "frames=N"

}  // namespace nightstack::tools
