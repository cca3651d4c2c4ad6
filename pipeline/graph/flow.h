// SPDX-License-Identifier: MIT
// The shape of a live run: a source that is waited for, work on several things side by side, one place where they are
// taken in the order in which they came, and a show that gets the newest. What the steps do is the caller's; here is
// who may run when. The program runs it on TBB's flow graph, the thread sanitizer on plain threads.
//
//   next (own thread) -> prepare (several at once) -> take (one by one, in order) -> show (one by one, the newest)
//
// Nothing is lost on the way: the source is asked only as long as fewer than `at_once` things are between it and
// `take`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>

#include "pipeline/graph/tbb_runner.h"

namespace nightstack {

// What flows, and what is shown; the caller's own.
struct FlowItem {
    virtual ~FlowItem() = default;
};
struct FlowView {
    virtual ~FlowView() = default;
};

struct FlowSteps {
    // May block for as long as it likes, but heeds the stop. Nothing: the end, it is not called again.
    std::function<std::unique_ptr<FlowItem>(const std::stop_token&)> next;
    std::function<void(FlowItem&)> prepare;
    // The view is what is worth showing now, or nothing. It must not change any more.
    std::function<std::shared_ptr<const FlowView>(FlowItem&)> take;
    std::function<void(const FlowView&)> show;
};

struct FlowCounts {
    std::uint64_t taken = 0;
    std::uint64_t shown = 0;
    std::uint64_t missed = 0;  // views that a newer one has replaced before they were shown
};

// Returns when the source has ended, or a stop was asked, and all that had come from it is taken and the last view
// shown. The first exception of a step ends the rest and is thrown here; things that were under way are not taken then.
FlowCounts run_flow(const FlowSteps& steps, int at_once, TbbRunner& runner, const std::stop_token& stop);
FlowCounts run_flow_on_threads(const FlowSteps& steps, int at_once, const std::stop_token& stop);

}  // namespace nightstack
