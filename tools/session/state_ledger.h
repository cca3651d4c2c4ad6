// SPDX-License-Identifier: MIT
// Between a run over files and the ledger of its live stack: what is kept of a night in an .nst file, and the night as
// it is told again from there.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/graph/offline_run.h"
#include "pipeline/stages/live/live_stack.h"
#include "tools/live/ledger.h"
#include "tools/session/input_frame.h"

namespace nightstack::tools {

// A run to be kept. Everything is borrowed; lights and their reports in the summary are in one order. The lights have
// their hashes (take_hashes), the summary has a reference.
struct KeptRun {
    std::span<const InputFrame> lights;
    const StackSummary* summary = nullptr;
    Rect canvas;              // what products show, in pixels of the live stack; empty = all
    double canvas_scale = 1;  // pixels of the live stack per pixel of the reference
    std::string demosaic;
    std::string calibration;  // calstat
    std::vector<std::string> history;
};

LiveLedger ledger_of(const KeptRun& run);

// The same run told again: lights without their files, and what became of them. Counts of pixels are not in it.
struct ToldRun {
    std::vector<InputFrame> lights;
    StackSummary summary;
};
ToldRun told_run(const LiveLedger& ledger, const LiveStack& stack);

}  // namespace nightstack::tools
