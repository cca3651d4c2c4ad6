// SPDX-License-Identifier: MIT
// The sessions in the paths of a call, and what went wrong while they were sought.
#pragma once

#include <stop_token>
#include <vector>

#include "io/session/session_scan.h"
#include "tools/cli/talk.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

struct FoundSessions {
    std::vector<io::Session> sessions;  // one, where --combine-sessions asks for it
    // Links to nothing, folders that cannot be read, too many files: in the given paths and in the
    // calibration folders the user named. Each has had its line on stderr.
    std::vector<io::Ignored> problems;

    // Those a session's report tells: within its folder, and those that belong to no session.
    std::vector<io::Ignored> problems_of(const io::Session& session) const;
};

// Throws OptionError when a PATH lies beside a calibration frame named as a file.
void check_calibration_words(const StackOptions& options);

// Throws Interrupted.
FoundSessions find_sessions(const StackOptions& options, Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
