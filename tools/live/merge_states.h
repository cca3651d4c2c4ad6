// SPDX-License-Identifier: MIT
// Live stacks of nights, machines or scopes on one reference's grid become one.
#pragma once

#include <string>

#include "pipeline/core/runner.h"
#include "tools/live/live_state.h"

namespace nightstack::tools {

// Adds `from` to `to`; `to_name` and `from_name` are for complaints. The open blocks of both are closed. Frames come to
// stand in the order of time, then of their numbers and names, and blocks are numbered as they come up in it, so that
// neither the order of merging nor how it is grouped changes anything. Throws OptionError with the field in which the
// two differ, or the frame that is in both; then `to` is as it was, but for its open block.
void merge_into(LiveState& to, LiveState from, const std::string& to_name, const std::string& from_name,
                Runner& runner);

}  // namespace nightstack::tools
