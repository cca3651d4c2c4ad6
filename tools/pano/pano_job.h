// SPDX-License-Identifier: MIT
// One panorama job: from pictures to panoramas with their reports.
#pragma once

#include <stop_token>
#include <vector>

#include "pipeline/core/runner.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/pano/pano_options.h"

namespace nightstack::tools {

// Returns an exit code: kDone, kSomeInputsFailed when tiles were left out or could not be read, kNoUsableFrame when
// nothing hangs together. Throws OptionError, IoError, Interrupted.
int run_pano(const PanoOptions& options, const std::vector<Setting>& settings, Runner& runner, Talk& talk,
             const std::stop_token& stop);

}  // namespace nightstack::tools
