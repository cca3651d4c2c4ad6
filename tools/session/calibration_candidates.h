// SPDX-License-Identifier: MIT
// All that could calibrate a session, told apart by header as well as by name; of joined sessions, for each its own
// first.
#pragma once

#include <filesystem>
#include <vector>

#include "io/session/calibration_match.h"
#include "io/session/session_scan.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// For each part of the session (io::parts_of) all candidates: those the user named, else what the scan found and what
// lies beside and above that part, then what belongs to the other parts only, marked `joined`. Of a recorded session
// exactly what each part lists: nothing is looked for, and no part lends to another.
// A folder whose headers hold several exposures, gains or sizes becomes several candidates.
// Throws OptionError when a path the user named is not there or holds no frames.
std::vector<std::vector<io::CalibrationCandidate>> calibration_candidates(const io::Session& session,
                                                                          const StackOptions& options);

// What is known of one frame, for the match.
io::LightKey light_key(const FrameInfo& info, io::CameraSide camera);
// The same of the frames of a candidate, when they are to be calibrated themselves.
io::LightKey flat_key(const io::CalibrationCandidate& flats);

}  // namespace nightstack::tools
