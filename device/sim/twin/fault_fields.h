// SPDX-License-Identifier: MIT
// A fault's keys and values, from TOML or JSON alike, and the check that makes a Fault of them.
// Internal to this folder.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "device/sim/twin/fault.h"

namespace nightstack::device::sim {

struct FaultField {
    std::string key;
    std::variant<std::monostate, bool, std::int64_t, double, std::string> value;  // monostate: of a kind no key takes
    std::string where;                                                            // "scenario line 7", for the error
    bool in_args = false;
};

// What a key must hold; another kind or a value out of the range throws OptionError.
double number_of(const FaultField& field, double low, double high);
int whole_of(const FaultField& field, int low, int high);

// Throws OptionError.
Fault fault_of(const std::vector<FaultField>& fields, const std::string& where);

}  // namespace nightstack::device::sim
