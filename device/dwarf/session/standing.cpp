// SPDX-License-Identifier: MIT
#include "device/dwarf/session/standing.h"

#include <utility>

namespace nightstack::device::dwarf {

void Standing::known() {
    {
        const std::lock_guard lock(mutex_);
        known_ = true;
        obstacle_ = {};
    }
    changed_.notify_all();
}

void Standing::failed(Obstacle::Kind kind, std::string text) {
    {
        const std::lock_guard lock(mutex_);
        known_ = false;
        const int times = obstacle_.kind == kind ? obstacle_.times + 1 : 1;
        obstacle_ = {kind, std::move(text), times};
    }
    changed_.notify_all();
}

void Standing::close() {
    {
        const std::lock_guard lock(mutex_);
        closed_ = true;
    }
    changed_.notify_all();
}

bool Standing::wait(Moment until, const std::stop_token& stop, int most_noes) {
    std::unique_lock lock(mutex_);
    const auto decided = [&] {
        return known_ || closed_ || obstacle_.kind == Obstacle::Kind::foreign ||
               (obstacle_.clear() && obstacle_.times >= most_noes);
    };
    changed_.wait_until(lock, stop, until, decided);
    return known_;
}

Obstacle Standing::obstacle() const {
    const std::lock_guard lock(mutex_);
    return obstacle_;
}

}  // namespace nightstack::device::dwarf
