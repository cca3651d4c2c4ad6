// SPDX-License-Identifier: MIT
#include "pipeline/graph/flow_state.h"

#include <algorithm>
#include <utility>

namespace nightstack {

FlowState::FlowState(const FlowSteps& steps, int at_once, const std::stop_token& stop)
    : steps_(steps), asked_(stop, [this] { ending_.request_stop(); }), free_(std::max(1, at_once)) {}

void FlowState::guarded(const std::function<void()>& step) {
    if (broken_) return;
    try {
        step();
    } catch (...) {
        {
            const std::lock_guard lock(mutex_);
            if (!failed_) failed_ = std::current_exception();
        }
        broken_ = true;
        ending_.request_stop();
    }
}

// Waits until there is room for one more; false when none will be needed.
bool FlowState::room() {
    std::unique_lock lock(mutex_);
    if (!taken_one_.wait(lock, ending_.get_token(), [&] { return free_ > 0; })) return false;
    --free_;
    return !ending_.stop_requested();
}

void FlowState::feed(const std::function<void(FlowPiece)>& pass) {
    for (std::uint64_t number = 0; room(); ++number) {
        FlowPiece piece{number, nullptr};
        guarded([&] { piece.item = steps_.next(ending_.get_token()); });
        if (!piece.item) return;
        guarded([&] { pass(std::move(piece)); });
    }
}

void FlowState::prepare(const FlowPiece& piece) {
    guarded([&] { steps_.prepare(*piece.item); });
}

void FlowState::take(const FlowPiece& piece) {
    std::shared_ptr<const FlowView> view;
    guarded([&] {
        view = steps_.take(*piece.item);
        ++taken_;
    });
    if (view) views_.put(std::move(view));
    {
        const std::lock_guard lock(mutex_);
        ++free_;
    }
    taken_one_.notify_one();
    to_show_.notify_one();
}

void FlowState::show() {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            to_show_.wait(lock, [&] { return show_ends_ || views_.full(); });
            if (!views_.full()) return;
        }
        show_newest();
    }
}

void FlowState::end_show() {
    {
        const std::lock_guard lock(mutex_);
        show_ends_ = true;
    }
    to_show_.notify_one();
}

void FlowState::show_newest() {
    if (const auto view = views_.take()) {
        guarded([&] {
            steps_.show(**view);
            ++shown_;
        });
    }
}

FlowCounts FlowState::finish() {
    if (failed_) std::rethrow_exception(failed_);
    return {taken_, shown_, views_.missed()};
}

}  // namespace nightstack
