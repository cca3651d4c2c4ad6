// SPDX-License-Identifier: MIT
// Frames of a live stack looked for on the disk, with the files of the masters that were applied to them. Nothing is
// opened but to hash it.
#pragma once

#include <filesystem>
#include <span>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/core/runner.h"
#include "tools/live/ledger.h"
#include "tools/session/recorded_inputs.h"
#include "tools/session/recorded_stack.h"

namespace nightstack::tools {

// Frames that agree in size, camera and binning, in the form in which a report tells them; all their files are there.
struct FoundFrames {
    std::vector<std::size_t> positions;  // in the ledger, one per light of `stack`
    RecordedStack stack;
    FoundInputs found;
};

struct FrameFinds {
    std::vector<FoundFrames> alike;
    std::vector<std::pair<std::size_t, std::string>> missing;  // position in the ledger, why it cannot be had
    std::vector<std::string> refused;                          // one line per file that is missing or has changed
    std::size_t files = 0;                                     // that were looked for
};

// Each file is looked for beside the names in the folder of `search`, then in and below it and among its files,
// calibration also where a session in that folder would have it. The frames have recipes. Throws Interrupted.
FrameFinds find_frames(const LiveLedger& ledger, std::span<const std::size_t> wanted, const FileSearch& search,
                       Runner& runner, const std::stop_token& stop);

}  // namespace nightstack::tools
