// SPDX-License-Identifier: MIT
// What `doctor --host` finds out about a scope, line by line: ok, or what to do.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "tools/scope/scope_flags.h"

namespace nightstack::tools {

struct Finding {
    std::string what;
    bool ok = true;
    std::string text;  // what was found; where not ok, what to do
};

// Asks, changes nothing. Takes up to about half a minute when nothing answers.
std::vector<Finding> examine_scope(const ScopeFlags& flags, const std::stop_token& stop);

}  // namespace nightstack::tools
