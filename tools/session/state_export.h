// SPDX-License-Identifier: MIT
// Products of a live stack that lies in an .nst file: the same files as of a night that was stacked.
#pragma once

#include <filesystem>
#include <stop_token>
#include <vector>

#include "pipeline/core/runner.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/live/live_state.h"
#include "tools/session/phase_times.h"
#include "tools/session/recorded_inputs.h"
#include "tools/session/stack_options.h"
#include "tools/session/state_ledger.h"

namespace nightstack::tools {

// What may be taken for a stack in memory under `--memory` ("" = half of what is free). Throws OptionError.
std::size_t memory_for_state(const std::string& memory);

// The finishing pass over a stack in memory: every stacked frame is read once more, from where `inputs` says. `memory`
// is what the process may hold, the stack in it. Throws as StateFrames; FormatError when the ledger's words are none.
void finish_state(LiveState& state, ToldRun& told, const FileSearch& inputs, std::size_t memory, PhaseTimes& phases,
                  Runner& runner, Talk& talk, const std::stop_token& stop);

// Writes the products of `state` under options.output, in the formats that the options name. Returns an exit code:
// kSomeInputsFailed when the finishing pass had to do without some frames. Throws as load_state, StateFrames and
// StackWriter.
int export_state(const std::filesystem::path& state, const StackOptions& options, const std::vector<Setting>& settings,
                 Runner& runner, Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
