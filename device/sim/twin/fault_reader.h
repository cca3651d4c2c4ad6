// SPDX-License-Identifier: MIT
// Reads the scenario file (TOML) and single faults (JSON, from the control plane) and checks every
// key, type and number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "device/sim/twin/fault_fields.h"

namespace nightstack::device::sim {

struct Scenario {
    std::optional<std::uint64_t> seed;
    std::vector<Fault> faults;
};

// Throws OptionError with the line.
Scenario read_scenario(const std::string& toml_text);

// The keys of a small JSON object, and of an object `args` in it. `what` begins the error's text. Throws FormatError
// (not JSON, no object, too large) or OptionError (deeper than `args`, a key that stands there twice).
std::vector<FaultField> read_json_fields(std::string_view json_text, const std::string& what);

// One [[fault]] as a JSON object. Throws FormatError (not JSON, too large) or OptionError (what it says).
Fault read_fault(std::string_view json_text);

}  // namespace nightstack::device::sim
