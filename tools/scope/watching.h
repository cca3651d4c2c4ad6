// SPDX-License-Identifier: MIT
// Listening to a scope and telling what it says, for `scope watch` and `scope record`.
#pragma once

#include "tools/scope/scope_call.h"
#include "tools/scope/until.h"

namespace nightstack::tools {

// Until `until` or Ctrl-C, which is the usual end. Returns the number of pushes.
std::int64_t watch(ScopeCall& call, Until until);

}  // namespace nightstack::tools
