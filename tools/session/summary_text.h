// SPDX-License-Identifier: MIT
// What is said at the end of a stack, the facts that users of Siril look for, and the same as
// sentences of the FITS header.
#pragma once

#include <string>
#include <vector>

#include "tools/session/job_options.h"
#include "tools/session/masters.h"
#include "tools/session/report.h"

namespace nightstack::tools {

// "channel 0: low=0.1% high=0.2% rejected" of each plane.
std::vector<std::string> channel_lines(const StackSummary& summary);

// Of a summary with a finishing pass, without its time.
std::string finish_text(const StackSummary& summary);

std::string summary_text(const StackReport& report, const RunOptions& options);

// HISTORY sentences: no time of day, host or path, so that the same stack has the same header.
std::vector<std::string> history(const RunOptions& options, const StackSummary& summary, const SessionMasters& masters);

// The same of a stack that was kept: frames may have been taken out of it or nights joined since, or its blocks
// finished.
std::vector<std::string> retold_history(std::vector<std::string> kept, const StackSummary& summary);

}  // namespace nightstack::tools
