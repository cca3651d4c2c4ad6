// SPDX-License-Identifier: MIT
#include "tools/night/stream/stream_feed.h"

#include <cassert>
#include <utility>

#include "tools/cli/pause.h"

namespace nightstack::tools {
namespace {

constexpr std::size_t kInHand = 10;  // a batch of the stack, one that is handed over, and one that is received

}  // namespace

std::size_t FeedOptions::bytes() const { return waiting_bytes + kInHand * picture_bytes; }

StreamFeed::StreamFeed(const FeedOptions& o, const std::stop_token& stop)
    : queue_({.parts = o.waiting,
              .bytes = o.waiting_bytes,
              .most = o.pictures.value_or(~std::uint64_t{0}),
              .skip_repeated = true}),
      client_(o.source, o.times, queue_, io::SplitLimits{.part = o.picture_bytes}),
      receiver_([this](const std::stop_token& over) { receive(over); }),
      stopped_(stop, [this] { end(); }) {
    if (o.time)
        timer_ = std::jthread([this, time = *o.time](const std::stop_token& over) {
            if (pause(time, over)) end();
        });
}

StreamFeed::~StreamFeed() { end(); }

void StreamFeed::receive(const std::stop_token& stop) {
    try {
        client_.run(stop);
    } catch (...) {
        {
            const std::scoped_lock lock(mutex_);
            thrown_ = std::current_exception();
        }
        queue_.close();
    }
}

void StreamFeed::end() {
    queue_.close();
    receiver_.request_stop();
}

bool StreamFeed::next(std::vector<std::byte>& jpeg) {
    constexpr std::chrono::seconds kLook{10};
    while (!queue_.pop(part_, std::chrono::steady_clock::now() + kLook)) {
        if (!queue_.closed()) continue;
        receiver_.request_stop();                    // it may have closed the queue itself
        if (receiver_.joinable()) receiver_.join();  // the counts are the last ones then
        const std::scoped_lock lock(mutex_);
        if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
        return false;
    }
    std::swap(jpeg, part_.jpeg);
    return true;
}

FeedCounts StreamFeed::counts() const {
    const io::QueueCounts q = queue_.counts();
    const FeedCounts counts{q.pushed, q.waiting, q.taken, q.dropped, q.repeated, client_.counts().stream.all_dropped()};
    assert(counts.hold());
    return counts;
}

}  // namespace nightstack::tools
