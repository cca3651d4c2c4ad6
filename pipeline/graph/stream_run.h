// SPDX-License-Identifier: MIT
// A whole night through the live stack: the lights as they would have arrived, in the order given. What it gives is
// what a live run over the same lights shows. See docs/architecture.md, "How a night is stacked".
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>

#include "pipeline/core/runner.h"
#include "pipeline/graph/light.h"
#include "pipeline/graph/live_run.h"
#include "pipeline/graph/stack_summary.h"

namespace nightstack {

// The run when all lights are in its stack, what of it is shown, and what became of them.
using KeepStack = std::function<void(const LiveRun& run, const LiveCanvas& canvas, const StackSummary& summary)>;

struct StreamOptions {
    LiveRunOptions live;                              // its stack_bytes follow from memory_bytes
    std::size_t memory_bytes = std::size_t{1} << 30;  // for everything the run keeps, masters not counted
    KeepStack keep;                                   // if given, called once, with the stack as it is before `finish`
    bool finish = false;                              // the finishing pass
};

// Memory of a run over lights of this format: `least` when they all lie as the first does, `most` when the field turns
// all the way round. Beyond --framing max the two are equal.
struct StreamMemory {
    std::size_t least = 0;
    std::size_t most = 0;
    int most_width = 0, most_height = 0;  // of the canvas that needs `most`
    std::size_t finish = 0;               // in both: the finishing pass on one thread; others join it as memory allows
};
StreamMemory stream_memory(const StreamFormat& format, const LiveRunOptions& options, bool finish);
// What is left of options.memory_bytes for the stack, when so many lights are prepared or added at the same time.
// Throws OptionError when that is less than a stack needs.
std::size_t stream_stack_bytes(const StreamFormat& format, const StreamOptions& options, int lights_at_once);

// What has become of the lights that a run has taken so far: verdicts, counts, and with a stack what of it is shown.
StackSummary live_summary(const LiveRun& run);

// Never throws for what is wrong with single lights. Throws OptionError when the options cannot work (less memory than
// `least`, canvas absurd), Interrupted when asked to stop, and what the sink throws. A light whose part of the canvas
// no longer fits the memory is rejected. With no usable light the sink is never called and `reference` is empty; on
// another's grid it is the first light stacked. While one light is added, the next one is read and measured.
StackSummary run_stream(std::span<const Light> lights, const StreamOptions& options, const StackSink& sink,
                        Runner& runner, const PhaseProgress& progress, const std::stop_token& stop);

}  // namespace nightstack
