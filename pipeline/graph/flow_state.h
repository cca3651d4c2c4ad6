// SPDX-License-Identifier: MIT
// What both ways of running a flow share: the places between source and taking, the first error, the view to be shown.
// Any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>

#include "pipeline/graph/flow.h"
#include "pipeline/graph/mailbox.h"

namespace nightstack {

// A thing with its place in the order.
struct FlowPiece {
    std::uint64_t number = 0;  // from 0
    std::shared_ptr<FlowItem> item;
};

class FlowState {
public:
    FlowState(const FlowSteps& steps, int at_once, const std::stop_token& stop);

    // The source's thread: hands every thing to `pass`, until the end.
    void feed(const std::function<void(FlowPiece)>& pass);
    void prepare(const FlowPiece& piece);
    // True when there is a view to be shown.
    bool take(const FlowPiece& piece);
    void show();

    FlowCounts finish();  // rethrows

private:
    // Nothing more happens once a step has thrown.
    void guarded(const std::function<void()>& step);
    bool room();

    const FlowSteps& steps_;
    std::stop_source ending_;  // by the caller's stop or an error
    std::stop_callback<std::function<void()>> asked_;
    std::mutex mutex_;
    std::condition_variable_any taken_one_;
    int free_;
    std::exception_ptr failed_;
    std::atomic<bool> broken_{false};
    std::atomic<std::uint64_t> taken_{0}, shown_{0};
    Mailbox<std::shared_ptr<const FlowView>> views_;
};

}  // namespace nightstack
