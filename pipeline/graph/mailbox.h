// SPDX-License-Identifier: MIT
// Room for one thing: who looks gets the newest, and what nobody looked at in time is gone. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>

namespace nightstack {

template <class T>
class Mailbox {
public:
    void put(T thing) {
        const std::lock_guard lock(mutex_);
        if (newest_) ++missed_;
        newest_ = std::move(thing);
    }
    std::optional<T> take() {
        const std::lock_guard lock(mutex_);
        return std::exchange(newest_, std::nullopt);
    }
    bool full() const {
        const std::lock_guard lock(mutex_);
        return newest_.has_value();
    }
    // Things that a newer one has replaced.
    std::uint64_t missed() const {
        const std::lock_guard lock(mutex_);
        return missed_;
    }

private:
    mutable std::mutex mutex_;
    std::optional<T> newest_;
    std::uint64_t missed_ = 0;
};

}  // namespace nightstack
