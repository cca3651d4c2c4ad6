// SPDX-License-Identifier: MIT
// All that could calibrate a session, told apart by header as well as by name.
#pragma once

#include <filesystem>
#include <vector>

#include "io/session/calibration_match.h"
#include "io/session/session_scan.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// Candidates the user named, else what the scan found, else what lies beside and above the session.
// A folder whose headers hold several exposures, gains or sizes becomes several candidates.
// Throws OptionError when a path the user named is not there or holds no frames.
std::vector<io::CalibrationCandidate> calibration_candidates(const io::Session& session, const StackOptions& options);

// What is known of the lights, for the match.
io::LightKey light_key(const FrameInfo& info, const io::Session& session);

}  // namespace nightstack::tools
