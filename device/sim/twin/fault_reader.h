// SPDX-License-Identifier: MIT
// Reads the scenario file (TOML) and single faults (JSON, from the control plane) and checks every
// key, type and number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device/sim/twin/fault.h"

namespace nightstack::device::sim {

struct Scenario {
    std::optional<std::uint64_t> seed;
    std::vector<Fault> faults;
};

// Throws OptionError with the line.
Scenario read_scenario(const std::string& toml_text);

// One [[fault]] as a JSON object. Throws FormatError (not JSON, too large) or OptionError (what it says).
Fault read_fault(std::string_view json_text);

}  // namespace nightstack::device::sim
