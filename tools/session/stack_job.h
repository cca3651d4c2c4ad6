// SPDX-License-Identifier: MIT
// One `nightstack stack` call, from paths to products.
#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

#include "io/session/session_scan.h"
#include "pipeline/core/runner.h"
#include "pipeline/graph/offline_run.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// Stacks every session in the inputs. Returns an exit code (0, 3, 4); throws OptionError, IoError,
// Interrupted. `settings` are the options by name, for the report.
int run_stack(const StackOptions& options, const std::vector<Setting>& settings, Runner& runner, Talk& talk,
              const std::stop_token& stop);

struct SessionStack {
    int code = 0;
    std::filesystem::path fits;  // "" without a usable frame
};

// The same for one session that is known already: nothing is searched, and standard output stays as it is. Heeds
// --memory.
SessionStack stack_known(const io::Session& session, const StackOptions& options, const std::vector<Setting>& settings,
                         Runner& runner, Talk& talk, const std::stop_token& stop);

struct RestackResult {
    std::vector<std::filesystem::path> lights;  // same order as summary.lights
    StackSummary summary;
};

// The same for one session that is known already, into `sink` instead of files. Heeds --memory. Throws as above.
RestackResult stack_again(const io::Session& session, const StackOptions& options, const StackSink& sink,
                          Runner& runner, Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
