// SPDX-License-Identifier: MIT
// What was done to calibrate the lights, in words: while it is decided, in the summary, in the header of the stack.
#pragma once

#include <string>
#include <vector>

#include "pipeline/graph/offline_run.h"
#include "tools/cli/talk.h"
#include "tools/session/masters.h"

namespace nightstack::tools {

// As soon as it is decided: a line for each kind and group, warnings for groups that go without.
void tell_masters(const SessionMasters& masters, Talk& talk);

// Lines of the summary, each ending with a newline.
std::string applied_text(const SessionMasters& masters);

// HISTORY lines of the stack.
std::vector<std::string> applied_history(const SessionMasters& masters);

// CALSTAT letters: B bias, D dark, F flat; each only if all lights in the stack had it. A bias inside a dark, and what
// was taken off the flats, have no letter.
std::string calstat(const SessionMasters& masters, const StackSummary& summary);

}  // namespace nightstack::tools
