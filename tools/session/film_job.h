// SPDX-License-Identifier: MIT
// `nightstack stack --method stream` of a film: from its pictures to the products of a stack.
#pragma once

#include <stop_token>
#include <vector>

#include "pipeline/core/runner.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// Whether the inputs are a film: files called like one, or --group says so. Throws OptionError when some are and some
// are not.
bool is_film(const StackOptions& options);

// One film of all inputs, in their order, with at most `memory` bytes for the process. Returns an exit code; throws
// OptionError, FormatError, IoError, Interrupted.
int stack_film(const StackOptions& options, const std::vector<Setting>& settings, std::size_t memory, Runner& runner,
               Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
