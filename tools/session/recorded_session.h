// SPDX-License-Identifier: MIT
// From a recorded stack and the files it was made of to what a stacking job takes: nothing is searched or chosen anew.
#pragma once

#include "io/session/session_scan.h"
#include "tools/session/recorded_inputs.h"
#include "tools/session/recorded_stack.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// The lights in their order, and exactly the calibration frames of each master. A light that failed while it was read
// is left out: whatever befell it then cannot befall it again. Throws OptionError when the recorded calibration frames
// do not add up to the recorded masters.
io::Session recorded_session(const RecordedStack& stack, const FoundInputs& found);

// Options that name files are made to name the found ones; calibration is what the session brings.
void use_found_inputs(StackOptions& options, const RecordedStack& stack, const FoundInputs& found);

}  // namespace nightstack::tools
