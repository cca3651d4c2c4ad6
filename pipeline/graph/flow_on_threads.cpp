// SPDX-License-Identifier: MIT
#include <condition_variable>
#include <map>
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

// Called once per signal, or once for several; once more at the end.
class Signal {
public:
    void give() { set(true, false); }
    void close() { set(false, true); }
    bool wait() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return given_ || closed_; });
        return std::exchange(given_, false);
    }

private:
    void set(bool given, bool closed) {
        const std::lock_guard lock(mutex_);
        given_ = given_ || given;
        closed_ = closed_ || closed;
        changed_.notify_all();
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    bool given_ = false, closed_ = false;
};

}  // namespace

FlowCounts run_flow_on_threads(const FlowSteps& steps, int at_once, const std::stop_token& stop) {
    FlowState state(steps, at_once, stop);
    Pieces raw, prepared;
    Signal to_show;
    std::jthread showing([&] {
        while (to_show.wait()) state.show();
    });
    std::jthread taking([&] {
        for (FlowPiece piece; prepared.in_order(piece);) {
            if (state.take(piece)) to_show.give();
        }
        to_show.close();
    });
    {
        std::vector<std::jthread> preparing;
        for (int i = 0; i < std::max(1, at_once); ++i) {
            preparing.emplace_back([&] {
                for (FlowPiece piece; raw.any(piece);) {
                    state.prepare(piece);
                    prepared.put(std::move(piece));
                }
            });
        }
        state.feed([&](FlowPiece piece) { raw.put(std::move(piece)); });
        raw.close();
    }
    prepared.close();
    taking.join();
    showing.join();
    return state.finish();
}

}  // namespace nightstack
