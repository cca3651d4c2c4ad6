// SPDX-License-Identifier: MIT
// The properties of a DWARF II as data, and the ways between them and the API: which question tells a
// value, which requests set one and with what pauses. Used by `scope get` and `scope set`.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include <vector>

#include "device/dwarf/jobs/driver.h"
#include "device/model/property.h"

namespace nightstack::device::dwarf::jobs {

const PropertyTable& scope_properties();  // by id; constant data, any thread

// The question whose answer tells the value; nothing for what only pushes or commands tell. Throws OptionError for
// an id that is none, as do all functions here.
std::optional<Message> question_for(std::string_view id);
// What is known of it, and since when.
std::optional<Known<PropertyValue>> known_value(std::string_view id, const ScopeState& state);

struct SettingStep {
    Message request;
    Milliseconds pause;                    // before it
    std::vector<std::int64_t> fine = {};   // codes as good as 0
    std::vector<std::int64_t> again = {};  // codes after which all steps begin again
};
// A mode first, then its value. Throws OptionError for a value or an access that the row does not have.
std::vector<SettingStep> setting_steps(std::string_view id, const PropertyValue& value);

struct Got {
    Outcome outcome;  // done: `value` is as fresh as its moment says
    std::optional<Known<PropertyValue>> value;
};
Got get_property(Driver& driver, std::string_view id);
Outcome set_property(Driver& driver, std::string_view id, const PropertyValue& value);

}  // namespace nightstack::device::dwarf::jobs
