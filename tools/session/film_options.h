// SPDX-License-Identifier: MIT
// From the words of the command line to the options of a film's run. Pure functions.
#pragma once

#include <optional>

#include "pipeline/graph/video_run.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// What of a stack's words a film has no use for. Throws OptionError.
void check_film_words(const StackOptions& options);

// All but memory; without --group a group is a second of a film of so many pictures a second. Throws OptionError.
VideoOptions film_video_options(const StackOptions& options, std::optional<double> pictures_per_s);

}  // namespace nightstack::tools
