// SPDX-License-Identifier: MIT
// Pictures between who receives and who looks. Never holds more than its capacity: when it is full the oldest goes,
// before anybody has paid for decoding it, and is counted. Capacity 1 is a mailbox in which the newest wins. Memory is
// used again. One side pushes, one or more pop; any thread. Whatever came in is counted in one place alone.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "io/mjpeg/boundary.h"

namespace nightstack::io {

struct StreamPart {
    std::vector<std::byte> jpeg;
    std::chrono::steady_clock::time_point arrived;
    std::uint64_t number = 0;      // from 1 on, as they arrived; what is missing was dropped here
    std::uint64_t connection = 0;  // of the client, from 1 on
};

struct QueueLimits {
    std::size_t parts = 1;                   // that wait
    std::size_t bytes = ~std::size_t{0};     // kept for them; one part may be larger
    std::uint64_t most = ~std::uint64_t{0};  // that come: with the last of them it closes by itself
    bool skip_repeated = false;              // one that is the same as the one before is only counted
};

// At one moment. pushed = dropped + repeated + taken + waiting.
struct QueueCounts {
    std::uint64_t pushed = 0, dropped = 0, repeated = 0, taken = 0, waiting = 0;
    bool hold() const { return pushed == dropped + repeated + taken + waiting; }
};

class PartQueue {
public:
    using Moment = std::chrono::steady_clock::time_point;

    explicit PartQueue(std::size_t capacity) : PartQueue(QueueLimits{.parts = capacity}) {}
    explicit PartQueue(const QueueLimits& limits);

    // Nothing happens when it is closed.
    void push(Bytes jpeg, Moment arrived, std::uint64_t number, std::uint64_t connection);
    // Puts the oldest into `part`, whose memory is used again here. False: none came by then, or close() and none is
    // left.
    bool pop(StreamPart& part, Moment until);
    // Nothing comes any more.
    void close();

    bool closed() const;
    std::uint64_t dropped() const { return counts().dropped; }
    QueueCounts counts() const;
    std::size_t memory() const;  // of what waits, and of what is kept to be used again

private:
    bool repeats(Bytes jpeg);
    StreamPart room(std::size_t bytes);
    StreamPart drop_oldest();

    const QueueLimits limits_;
    mutable std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    std::deque<StreamPart> parts_;
    std::vector<StreamPart> spare_;
    std::size_t memory_ = 0;
    QueueCounts counts_;  // `waiting` is that of `parts_`
    std::size_t last_size_ = 0, last_hash_ = 0;
    bool closed_ = false;
};

}  // namespace nightstack::io
