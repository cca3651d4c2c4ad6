// SPDX-License-Identifier: MIT
// From a live stack in memory to its files: what `export` and the end of a live night have in common.
#pragma once

#include <chrono>
#include <stop_token>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/core/runner.h"
#include "pipeline/graph/canvas.h"
#include "tools/cli/settings.h"
#include "tools/cli/talk.h"
#include "tools/live/live_state.h"
#include "tools/session/masters.h"
#include "tools/session/phase_times.h"
#include "tools/session/products.h"
#include "tools/session/stack_options.h"
#include "tools/session/state_ledger.h"

namespace nightstack::tools {

// Everything is borrowed.
struct StateProducts {
    const LiveState& state;
    ToldRun& told;  // of the state; counts of rejected samples are added
    const StackOptions& options;
    const std::vector<Setting>& settings;
    const SessionMasters* masters = nullptr;      // for the report; null: not known any more
    std::chrono::steady_clock::time_point begin;  // of the work
};

// What of a live stack the canvas of its products shows, in pixels of the stack.
Rect shown_pixels(const Canvas& canvas);

// `writer` has not been begun. Products are there, whole, when this returns. Throws as StackWriter.
void write_state_products(StackWriter& writer, const StateProducts& of, PhaseTimes& phases, Runner& runner, Talk& talk,
                          const std::stop_token& stop);

}  // namespace nightstack::tools
