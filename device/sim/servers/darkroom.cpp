// SPDX-License-Identifier: MIT
#include "device/sim/servers/darkroom.h"

#include <exception>
#include <utility>

namespace nightstack::device::sim {

Darkroom::Darkroom(std::shared_ptr<Developer> developer, Words words)
    : developer_(std::move(developer)),
      words_(std::move(words)),
      worker_([this](const std::stop_token& stop) { work(stop); }) {}

Darkroom::~Darkroom() {
    worker_.request_stop();
    developer_->hurry();
    worker_.join();
}

void Darkroom::add(std::vector<Exposed> exposed) {
    if (exposed.empty()) return;
    const std::lock_guard lock(mutex_);
    for (Exposed& one : exposed) waiting_.push_back(std::move(one));
    changed_.notify_all();
}

bool Darkroom::behind() const {
    const std::lock_guard lock(mutex_);
    return waiting_.size() > 1;
}

int Darkroom::finish(std::chrono::milliseconds at_most) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, at_most, [this] { return waiting_.empty() && !working_; });
    return static_cast<int>(waiting_.size());
}

void Darkroom::work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
        if (stop.stop_requested()) return;
        const Exposed exposed = std::move(waiting_.front());
        waiting_.pop_front();
        const bool more = !waiting_.empty();
        working_ = true;
        lock.unlock();
        develop(exposed, more);
        lock.lock();
        working_ = false;
        changed_.notify_all();
    }
}

// An exposure that cannot be written does not end the night: the disk may have room again.
void Darkroom::develop(const Exposed& exposed, bool more_waiting) {
    bool whole = false;
    try {
        developer_->develop(exposed, more_waiting);
        whole = true;
    } catch (const std::exception& e) {
        if (words_.failed) words_.failed(e.what());
    }
    if (words_.done) words_.done(exposed, whole);
}

}  // namespace nightstack::device::sim
