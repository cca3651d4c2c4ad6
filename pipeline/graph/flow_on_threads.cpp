// SPDX-License-Identifier: MIT
#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "pipeline/graph/flow.h"
#include "pipeline/graph/flow_state.h"

namespace nightstack {
namespace {

// Pieces by their number: taken by whoever is free, or strictly in order.
class Pieces {
public:
    void put(FlowPiece piece) {
        const std::lock_guard lock(mutex_);
        const std::uint64_t number = piece.number;
        waiting_.emplace(number, std::move(piece));
        changed_.notify_all();
    }
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        changed_.notify_all();
    }
    // False: closed, and nothing is left.
    bool any(FlowPiece& out) {
        return wait_and_take(out, [&] { return !waiting_.empty(); });
    }
    bool in_order(FlowPiece& out) {
        const auto is_next = [&] { return !waiting_.empty() && waiting_.begin()->first == next_; };
        if (!wait_and_take(out, is_next)) return false;
        ++next_;
        return true;
    }

private:
    template <class There>
    bool wait_and_take(FlowPiece& out, There there) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return there() || closed_; });
        if (!there()) return false;
        out = std::move(waiting_.begin()->second);
        waiting_.erase(waiting_.begin());
        return true;
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    std::map<std::uint64_t, FlowPiece> waiting_;
    std::uint64_t next_ = 0;
    bool closed_ = false;
};

class Closing {
public:
    explicit Closing(Pieces& pieces) : pieces_(pieces) {}
    ~Closing() { pieces_.close(); }
    Closing(const Closing&) = delete;
    Closing& operator=(const Closing&) = delete;

private:
    Pieces& pieces_;
};

}  // namespace

FlowCounts run_flow_on_threads(const FlowSteps& steps, int at_once, const std::stop_token& stop) {
    FlowState state(steps, at_once, stop);
    Pieces raw, prepared;
    {  // left in this order, whatever happens: raw closed, preparing joined, prepared closed, taking joined, show ended
        const FlowShow show(state);
        const std::jthread taking([&] {
            for (FlowPiece piece; prepared.in_order(piece);) state.take(piece);
        });
        const Closing end_of_prepared(prepared);
        std::vector<std::jthread> preparing;
        const Closing end_of_raw(raw);
        for (int i = 0; i < std::max(1, at_once); ++i) {
            preparing.emplace_back([&] {
                for (FlowPiece piece; raw.any(piece);) {
                    state.prepare(piece);
                    prepared.put(std::move(piece));
                }
            });
        }
        state.feed([&](FlowPiece piece) { raw.put(std::move(piece)); });
    }
    return state.finish();
}

}  // namespace nightstack
