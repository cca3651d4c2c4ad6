// SPDX-License-Identifier: MIT
// Between a run over files and the ledger of its live stack: what is kept of a night in an .nst file, and the night as
// it is told again from there.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/graph/live_run.h"
#include "pipeline/graph/offline_run.h"
#include "pipeline/stages/live/live_stack.h"
#include "tools/live/ledger.h"
#include "tools/session/input_frame.h"
#include "tools/session/masters.h"
#include "tools/session/stack_options.h"

namespace nightstack::tools {

// A run to be kept. Everything is borrowed; lights and their reports in the summary are in one order. The lights have
// their hashes (take_hashes), the summary has a reference.
struct KeptRun {
    std::span<const InputFrame> lights;
    const StackSummary* summary = nullptr;
    Rect canvas;              // what products show, in pixels of the live stack; empty = all
    double canvas_scale = 1;  // pixels of the live stack per pixel of the reference
    std::string calibration;  // calstat
    std::vector<std::string> history;
    const StackOptions* options = nullptr;    // in whose words it was made
    const SessionMasters* masters = nullptr;  // their inputs have their hashes
    LiveGrid grid;                            // of the run
    bool open_block = false;                  // the last block is not closed
    const LiveLedger* onto = nullptr;         // of the stack on whose grid it lies, if it does
    // A run that is told light by light: reference and frames are taken from here, and there are no `lights`.
    const LiveLedger* begun = nullptr;
};

// Of a light, besides its file and report.
struct KeptFrame {
    std::uint64_t sequence = 0;  // from 1
    AlignedBy aligned_by = AlignedBy::not_recorded;
    std::vector<std::string> masters;  // masters_of
};
// A light that has its hash and its verdict, while its file is open. `reference` is where its transform leads: an
// InputFrame without a file has its rows as presented.
LedgerFrame ledger_frame(const KeptFrame& about, const InputFrame& light, const LightReport& report,
                         const InputFrame& reference);
// Hashes of the masters that were applied to a light, ascending, each once.
std::vector<std::string> masters_of(const SessionMasters& masters, std::size_t light);
// The frame that all others lie on, its file open.
void take_reference(LiveLedger& ledger, const InputFrame& reference);

LiveLedger ledger_of(const KeptRun& run);

// What a run has to lie on to be merged with this stack. Throws OptionError when the file does not tell (version 1),
// and when nothing can be laid on its reference by stars.
LiveGrid grid_of(const LiveLedger& ledger, const LiveStackOptions& stack);
// Throws OptionError with the option that is not as the stack's: stacks made with others would not merge.
void check_words(const StackOptions& options, const LiveLedger& onto, const LiveStackOptions& stack,
                 const LiveRunOptions& run);

// As the run reported it when it was stacked; the frame has a recipe.
LightReport replayed_report(const LedgerFrame& frame);

// The same run told again: lights without their files, and what became of them. Counts of pixels are not in it.
struct ToldRun {
    std::vector<InputFrame> lights;
    StackSummary summary;
    bool has_reference = false;  // among the lights
};
ToldRun told_run(const LiveLedger& ledger, const LiveStack& stack);

}  // namespace nightstack::tools
