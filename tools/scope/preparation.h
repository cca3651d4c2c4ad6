// SPDX-License-Identifier: MIT
// What a scope is told before a night, by what the user has set: clock, zone, and the camera as calibration needs it.
#pragma once

#include <functional>
#include <string>

#include "device/dwarf/jobs/prepare.h"
#include "device/dwarf/session/scope_link.h"
#include "tools/scope/scope_flags.h"

namespace nightstack::tools {

// Asks the scope's HTTP side for its clock, to doubt ours. `ask` is asked where the clock is in doubt and nobody has
// said to trust it; none: then the preparation fails. Throws OptionError for a zone or time that is none.
device::dwarf::jobs::Preparation preparation(device::dwarf::ScopeLink& link, const ScopeFlags& flags,
                                             std::function<bool(const std::string& question)> ask);

}  // namespace nightstack::tools
