// SPDX-License-Identifier: MIT
// --state: the live stack of a run on its way into an .nst file.
#pragma once

#include <vector>

#include "io/session/session_scan.h"
#include "pipeline/graph/stream_run.h"
#include "tools/session/open_session.h"

namespace nightstack::tools {

// A night is gone when its products are, a state can be made again: what keeps it from being written costs no more than
// itself. The exit code of that; then `problems` has one more. Throws Interrupted.
int keep_state(const StackContext& context, OpenSession& session, const LiveRun& live, const LiveCanvas& canvas,
               const StackSummary& summary, std::vector<io::Ignored>& problems);

}  // namespace nightstack::tools
