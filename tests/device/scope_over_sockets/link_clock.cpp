// SPDX-License-Identifier: MIT
#include "tests/device/scope_over_sockets/link_clock.h"

namespace nightstack::device::test {

dwarf::WireTap LinkClock::tap() {
    return [this](const dwarf::WireRecord& record) {
        if (record.way != dwarf::WireRecord::Way::note) return;
        const Moment now = std::chrono::steady_clock::now();
        const std::lock_guard lock(mutex_);
        if (record.bytes.starts_with("lost: ")) lost_.push_back(now);
        if (record.bytes.starts_with("back: ")) back_.push_back(now);
        if (record.bytes.starts_with("connection ended: ")) ended_.push_back(now);
        told_.notify_all();
    };
}

std::optional<LinkClock::Moment> LinkClock::lost(std::size_t n) { return wait(lost_, n); }
std::optional<LinkClock::Moment> LinkClock::back(std::size_t n) { return wait(back_, n); }
std::optional<LinkClock::Moment> LinkClock::ended(std::size_t n) { return wait(ended_, n); }

std::size_t LinkClock::losses() const {
    const std::lock_guard lock(mutex_);
    return lost_.size();
}

std::optional<LinkClock::Moment> LinkClock::wait(const std::vector<Moment>& moments, std::size_t n) {
    std::unique_lock lock(mutex_);
    if (!told_.wait_for(lock, std::chrono::seconds(30), [&] { return moments.size() > n; })) return {};
    return moments[n];
}

}  // namespace nightstack::device::test
