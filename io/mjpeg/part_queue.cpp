// SPDX-License-Identifier: MIT
#include "io/mjpeg/part_queue.h"

#include <cassert>
#include <utility>

namespace nightstack::io {

PartQueue::PartQueue(std::size_t capacity) : capacity_(capacity) { assert(capacity > 0); }

void PartQueue::push(Bytes jpeg, Moment arrived, std::uint64_t number, std::uint64_t connection) {
    {
        const std::lock_guard lock(mutex_);
        StreamPart part;
        if (parts_.size() == capacity_) {
            part = std::move(parts_.front());
            parts_.pop_front();
            ++dropped_;
        } else if (!spare_.empty()) {
            part = std::move(spare_.back());
            spare_.pop_back();
        }
        part.jpeg.assign(jpeg.begin(), jpeg.end());
        part.arrived = arrived;
        part.number = number;
        part.connection = connection;
        parts_.push_back(std::move(part));
    }
    changed_.notify_one();
}

bool PartQueue::pop(StreamPart& part, Moment until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [&] { return !parts_.empty() || closed_; });
    if (parts_.empty()) return false;
    std::swap(part, parts_.front());
    if (spare_.size() < capacity_) spare_.push_back(std::move(parts_.front()));
    parts_.pop_front();
    return true;
}

void PartQueue::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

bool PartQueue::closed() const {
    const std::lock_guard lock(mutex_);
    return closed_;
}

std::uint64_t PartQueue::dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
}

}  // namespace nightstack::io
