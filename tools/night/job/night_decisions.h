// SPDX-License-Identifier: MIT
// Frames of a night taken out of its picture by hand, and put back: `live retract` and `live admit`. The word stands in
// the journal, so that a night that was broken off heeds it at its end; of a finished one the products are made again.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/core/runner.h"
#include "tools/cli/talk.h"
#include "tools/live/live_state.h"
#include "tools/night/core/night_folder.h"
#include "tools/night/job/night_job.h"
#include "tools/session/frame_words.h"
#include "tools/session/recorded_inputs.h"

namespace nightstack::tools {

struct DecisionJob {
    NightJobOptions options;         // of the night; which products, and how
    std::vector<std::string> words;  // frames, as frames_named takes them
    std::filesystem::path inputs;    // folder above the frames; "": where the night had them
    Flip flip = Flip::retract;
};

// Returns an exit code. Old products stay until the new ones are whole, and the journal knows them. Throws OptionError
// with the frame named: it is none of the night's, not in the stack, its block cannot be built again; what reading and
// writing throw; Interrupted: then all is as it was.
int decide_frames(const DecisionJob& job, Night night, Runner& runner, Talk& talk, const std::stop_token& stop);

// At the end of a night: takes those frames out of the stack that the journal says are to be out. `search`: where
// frames and masters lie. Returns how many could not be, which has been told. Throws as flip_frames; Interrupted.
std::size_t heed_decisions(LiveState& state, const std::vector<NightRecord>& records, const FileSearch& search,
                           std::size_t memory, Runner& runner, Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
