// SPDX-License-Identifier: MIT
// The rows behind properties.h: what each property is, and its ways. Constant data, any thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "device/dwarf/jobs/properties.h"

namespace nightstack::device::dwarf::jobs {

struct PropertyWays {
    int question = 0;  // interface; 0 none
    std::optional<Known<PropertyValue>> (*value)(const ScopeState&) = nullptr;
    std::vector<SettingStep> (*steps)(const PropertyValue&) = nullptr;
};

// Two lists of the same order and length.
std::span<const Property> property_rows();
std::span<const PropertyWays> property_ways();

}  // namespace nightstack::device::dwarf::jobs
