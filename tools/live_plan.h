// SPDX-License-Identifier: MIT
// `nightstack live --plan`: several targets in a night, each with a night, a folder and pictures of its own.
#pragma once

#include "tools/live_call.h"

namespace nightstack::tools {

// Until the plan is over. What ends one target ends only that one. Returns an exit code; throws OptionError for a plan
// that is none, Interrupted.
int run_plan(const LiveCall& call, const LiveWish& wish);

}  // namespace nightstack::tools
