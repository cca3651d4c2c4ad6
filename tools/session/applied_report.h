// SPDX-License-Identifier: MIT
// The part `applied` of the report: which masters were taken for the lights, and why not.
#pragma once

#include <string>

#include "tools/session/masters.h"

namespace nightstack::tools {

// A JSON object as text: {dark, flat, bias, why_not, defects, impulse_filter, warnings}; with several groups of lights
// also `groups`, the same for each with its key, and above them what all groups share.
std::string applied_json(const SessionMasters& masters);

}  // namespace nightstack::tools
