// SPDX-License-Identifier: MIT
#include "io/mjpeg/part_queue.h"

#include <cassert>
#include <functional>
#include <string_view>
#include <utility>

namespace nightstack::io {

PartQueue::PartQueue(const QueueLimits& limits) : limits_(limits) { assert(limits.parts > 0 && limits.most > 0); }

// By size and hash: that a camera's next picture has both of the one before and is another does not happen, and what a
// hostile one gains by it is that its picture is left out.
bool PartQueue::repeats(Bytes jpeg) {
    const std::string_view text(reinterpret_cast<const char*>(jpeg.data()), jpeg.size());
    const std::size_t hash = std::hash<std::string_view>()(text);
    const bool same = last_size_ == jpeg.size() && last_hash_ == hash && !jpeg.empty();
    last_size_ = jpeg.size();
    last_hash_ = hash;
    return same;
}

StreamPart PartQueue::drop_oldest() {
    StreamPart part = std::move(parts_.front());
    parts_.pop_front();
    memory_ -= part.jpeg.capacity();
    ++counts_.dropped;
    return part;
}

// A part to write so many bytes into, for which there is room then.
StreamPart PartQueue::room(std::size_t bytes) {
    StreamPart part;
    if (parts_.size() == limits_.parts) part = drop_oldest();
    while (memory_ + bytes > limits_.bytes && !spare_.empty()) {
        memory_ -= spare_.back().jpeg.capacity();
        spare_.pop_back();
    }
    while (memory_ + bytes > limits_.bytes && !parts_.empty()) part = drop_oldest();
    if (part.jpeg.capacity() < bytes && !spare_.empty()) {
        part = std::move(spare_.back());
        spare_.pop_back();
        memory_ -= part.jpeg.capacity();
    }
    if (part.jpeg.capacity() < bytes || memory_ + part.jpeg.capacity() > limits_.bytes) part.jpeg = {};
    return part;
}

void PartQueue::push(Bytes jpeg, Moment arrived, std::uint64_t number, std::uint64_t connection) {
    {
        const std::lock_guard lock(mutex_);
        if (closed_) return;
        ++counts_.pushed;
        closed_ = counts_.pushed == limits_.most;
        if (limits_.skip_repeated && repeats(jpeg)) {
            ++counts_.repeated;
        } else {
            StreamPart part = room(jpeg.size());
            part.jpeg.assign(jpeg.begin(), jpeg.end());
            part.arrived = arrived;
            part.number = number;
            part.connection = connection;
            memory_ += part.jpeg.capacity();
            parts_.push_back(std::move(part));
        }
    }
    changed_.notify_all();
}

bool PartQueue::pop(StreamPart& part, Moment until) {
    std::unique_lock lock(mutex_);
    changed_.wait_until(lock, until, [&] { return !parts_.empty() || closed_; });
    if (parts_.empty()) return false;
    memory_ -= parts_.front().jpeg.capacity();
    std::swap(part, parts_.front());
    const std::size_t used = parts_.front().jpeg.capacity();
    if (spare_.size() < limits_.parts && used > 0 && memory_ + used <= limits_.bytes) {
        memory_ += used;
        spare_.push_back(std::move(parts_.front()));
    }
    parts_.pop_front();
    ++counts_.taken;
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

QueueCounts PartQueue::counts() const {
    const std::lock_guard lock(mutex_);
    QueueCounts counts = counts_;
    counts.waiting = parts_.size();
    assert(counts.hold());
    return counts;
}

std::size_t PartQueue::memory() const {
    const std::lock_guard lock(mutex_);
    return memory_;
}

}  // namespace nightstack::io
