// SPDX-License-Identifier: MIT
#include "io/mjpeg/part_buffer.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace nightstack::io {

constexpr std::size_t kLeast = 64 * 1024;

void PartBuffer::move_to_front() {
    std::memmove(memory_.data(), memory_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
}

std::span<std::byte> PartBuffer::prepare(std::size_t wanted) {
    const std::size_t held = end_ - begin_;
    wanted = std::min(wanted, limit_ - held);
    assert(wanted > 0);
    // Moving costs never more than what was consumed since the last time.
    if (begin_ > 0 && begin_ >= held) move_to_front();
    if (memory_.size() - end_ < wanted) {
        if (begin_ > 0) move_to_front();
        if (memory_.size() - end_ < wanted)
            memory_.resize(std::min(limit_, std::max({2 * memory_.size(), held + wanted, kLeast})));
    }
    return {memory_.data() + end_, wanted};
}

void PartBuffer::commit(std::size_t filled) {
    assert(filled <= memory_.size() - end_);
    end_ += filled;
}

void PartBuffer::consume(std::size_t count) {
    assert(count <= end_ - begin_);
    begin_ += count;
}

}  // namespace nightstack::io
