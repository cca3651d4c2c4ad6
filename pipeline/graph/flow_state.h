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
#include <thread>

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
    void take(const FlowPiece& piece);
    // The show's thread: shows the newest view whenever there is one, until `end_show`, and the last one then.
    void show();
    void end_show();

    FlowCounts finish();  // rethrows

private:
    void show_newest();
    // Nothing more happens once a step has thrown.
    void guarded(const std::function<void()>& step);
    bool room();

    const FlowSteps& steps_;
    std::stop_source ending_;  // by the caller's stop or an error
    std::stop_callback<std::function<void()>> asked_;
    std::mutex mutex_;
    std::condition_variable_any taken_one_;
    std::condition_variable to_show_;
    bool show_ends_ = false;
    int free_;
    std::exception_ptr failed_;
    std::atomic<bool> broken_{false};
    std::atomic<std::uint64_t> taken_{0}, shown_{0};
    Mailbox<std::shared_ptr<const FlowView>> views_;
};

// The show's thread, as long as this lives. A thread of its own: with one worker a slow show would else hold up all.
class FlowShow {
public:
    explicit FlowShow(FlowState& state) : state_(state), thread_([&state] { state.show(); }) {}
    ~FlowShow() { state_.end_show(); }
    FlowShow(const FlowShow&) = delete;
    FlowShow& operator=(const FlowShow&) = delete;

private:
    FlowState& state_;
    std::jthread thread_;
};

}  // namespace nightstack
