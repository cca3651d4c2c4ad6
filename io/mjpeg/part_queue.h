// SPDX-License-Identifier: MIT
// Pictures between who receives and who looks. Never holds more than its capacity: when it is full the oldest goes,
// before anybody has paid for decoding it, and is counted. Capacity 1 is a mailbox in which the newest wins. Memory is
// used again. One side pushes, one or more pop; any thread.
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

class PartQueue {
public:
    using Moment = std::chrono::steady_clock::time_point;

    explicit PartQueue(std::size_t capacity);

    void push(Bytes jpeg, Moment arrived, std::uint64_t number, std::uint64_t connection);
    // Puts the oldest into `part`, whose memory is used again here. False: none came by then, or close() and none is
    // left.
    bool pop(StreamPart& part, Moment until);
    // Nothing comes any more.
    void close();

    bool closed() const;
    std::uint64_t dropped() const;

private:
    const std::size_t capacity_;
    mutable std::mutex mutex_;  // guards all below
    std::condition_variable changed_;
    std::deque<StreamPart> parts_;
    std::vector<StreamPart> spare_;
    std::uint64_t dropped_ = 0;
    bool closed_ = false;
};

}  // namespace nightstack::io
