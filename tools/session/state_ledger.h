// SPDX-License-Identifier: MIT
// Between a run over files and the ledger of its live stack: what is kept of a night in an .nst file, and the night as
// it is told again from there.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/graph/offline_run.h"
#include "pipeline/stages/live/live_stack.h"
#include "tools/live/ledger.h"
#include "tools/session/input_frame.h"

namespace nightstack::tools {

// What the live stack did with one light, beside its report.
struct LightInState {
    std::optional<std::size_t> block;  // from 0; exactly when stacked
    std::array<double, 3> scale{1, 1, 1};
    std::array<double, 3> offset{};
};

// A run to be kept. Everything is borrowed; lights, their reports in the summary, and `in_state` are in one order. The
// lights have their hashes (take_hashes), the summary has a reference.
struct KeptRun {
    std::span<const InputFrame> lights;
    const StackSummary* summary = nullptr;
    std::span<const LightInState> in_state;
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
