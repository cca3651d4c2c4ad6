// SPDX-License-Identifier: MIT
// The best stack of a night: the offline method over the frames that the night took, beside its live products. All
// frames that could be read are judged anew, those apart that were retracted; what calibrates them is exactly what the
// night used. The files are those of `stack` over the same frames with the same options.
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

#include "pipeline/core/runner.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/live/ledger.h"
#include "tools/night/core/night_records.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// Everything is borrowed.
struct BestJob {
    const StackOptions& stack;             // of the night
    const std::vector<Setting>& settings;  // of the same, for the report
    std::filesystem::path results;         // of the session
    std::filesystem::path frames;          // folder they lie in or below
    const std::vector<NightRecord>& records;
    const LiveLedger& ledger;  // of the live products: what became of each frame
    std::string live_fits;     // name of the live picture: the best stack is called after it
};

struct BestStack {
    int code = 0;
    std::vector<std::string> files;  // names, the FITS first; empty: no usable frame
};

// "M_42_20260118T210426_200x15s.fits" -> "M_42_20260118T210426_best": how many frames are in it nobody knows before.
std::string best_name(const std::string& live_fits);

// Throws OptionError when what calibrated the frames is gone or has changed, or no frame is left; what `stack` throws;
// Interrupted.
BestStack make_best_stack(const BestJob& job, Runner& runner, Talk& talk, const std::stop_token& stop);

}  // namespace nightstack::tools
