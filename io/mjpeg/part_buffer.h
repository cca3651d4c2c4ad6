// SPDX-License-Identifier: MIT
// Bytes waiting to become parts: contiguous, taken from the front, added at the end; grows with what it must hold, up
// to a limit, and is then used again. One thread.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace nightstack::io {

class PartBuffer {
public:
    explicit PartBuffer(std::size_t limit) : limit_(limit) {}

    std::span<const std::byte> bytes() const { return {memory_.data() + begin_, end_ - begin_}; }
    // Room behind the bytes: `wanted`, or less at the limit (asserts that it is some). Moves the bytes; what bytes()
    // gave before is void. commit() says how much of it was filled.
    std::span<std::byte> prepare(std::size_t wanted);
    void commit(std::size_t filled);
    // The bytes stay where they are until the next prepare().
    void consume(std::size_t count);
    void clear() { begin_ = end_ = 0; }
    std::size_t memory() const { return memory_.size(); }

private:
    void move_to_front();
    std::size_t limit_;
    std::vector<std::byte> memory_;
    std::size_t begin_ = 0, end_ = 0;
};

}  // namespace nightstack::io
