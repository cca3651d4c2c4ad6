// SPDX-License-Identifier: MIT
// `nightstack live retract` and `nightstack live admit`: frames of a night taken out of its picture, and put back.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "tools/cli/talk.h"
#include "tools/live_options.h"
#include "tools/session/frame_words.h"

namespace CLI {
class App;
}

namespace nightstack::tools {

struct LiveDecision {
    CLI::App* retract = nullptr;  // null until added
    CLI::App* admit = nullptr;
    std::filesystem::path folder, inputs;
    std::vector<std::string> words;
};

// Both verbs of `live`. The value must outlive the command.
void add_live_decisions(CLI::App& live, LiveDecision& decision);
// Which of them the call names, if any.
const CLI::App* decision_called(const LiveDecision& decision);
// Returns an exit code; throws as decide_frames.
int run_decision(const CLI::App& live, const LiveOptions& options, const LiveDecision& decision, Talk& talk,
                 const std::stop_token& stop);

}  // namespace nightstack::tools
