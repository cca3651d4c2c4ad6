// SPDX-License-Identifier: MIT
// Live stacks of nights, machines or scopes on one reference's grid become one.
#pragma once

#include <cstdint>
#include <string>

#include "pipeline/core/runner.h"
#include "tools/live/live_state.h"

namespace nightstack::tools {

// Adds `from` to `to`; `to_name` and `from_name` are for complaints. The open blocks of both are closed. Frames come to
// stand in the order of time, then of their numbers and names, and blocks are numbered as they come up in it, so that
// neither the order of merging nor how it is grouped changes anything. Throws OptionError with the field in which the
// two differ, the frame that is in both, or the memory that both and what they have not in common take when it is more
// than `most_bytes`; then `to` is as it was, but for its open block.
void merge_into(LiveState& to, LiveState from, const std::string& to_name, const std::string& from_name, Runner& runner,
                std::uint64_t most_bytes = ~std::uint64_t{0});

// The first field in which what two stacks are made of differs: "camera: 'A' and 'B'"; "" when they fit.
std::string difference(const LiveLedger& a, const LiveLedger& b);

}  // namespace nightstack::tools
