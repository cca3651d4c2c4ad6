// SPDX-License-Identifier: MIT
// What the live stack will take of the memory, said before it begins.
#pragma once

#include <span>

#include "pipeline/graph/light.h"
#include "tools/cli/talk.h"
#include "tools/session/job_options.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// Nothing for other methods. Warns, with what would be cheaper, when the canvas may outgrow --memory; throws
// OptionError, likewise, when not even the first light's field fits.
void tell_stream_memory(Talk& talk, std::span<const Light> lights, const StackOptions& options, const RunOptions& run);

}  // namespace nightstack::tools
