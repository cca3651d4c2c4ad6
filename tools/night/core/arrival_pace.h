// SPDX-License-Identifier: MIT
// How fast frames come in, over the last minute. Any thread; time is handed in.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>

namespace nightstack::tools {

class ArrivalPace {
public:
    using Time = std::chrono::steady_clock::time_point;

    void add(Time now, std::uint64_t bytes) {
        const std::scoped_lock lock(mutex_);
        came_.push_back({now, bytes});
        // Two at least: a frame may take longer than a minute.
        while (came_.size() > 2 && now - came_.front().at > std::chrono::minutes(1)) came_.pop_front();
    }
    // 0 as long as nobody can tell, and when the next is late by far.
    double bytes_per_s(Time now) const {
        const std::scoped_lock lock(mutex_);
        if (span_s() <= 0 || is_over(now)) return 0;
        double bytes = 0;
        for (std::size_t i = 1; i < came_.size(); ++i) bytes += static_cast<double>(came_[i].bytes);
        return bytes / span_s();
    }
    // Until `frames` more have come; nothing when nobody can tell.
    std::optional<std::chrono::seconds> time_for(std::uint64_t frames, Time now) const {
        const std::scoped_lock lock(mutex_);
        if (span_s() <= 0 || is_over(now)) return std::nullopt;
        const double left = each_s() * static_cast<double>(frames) - since_last_s(now);
        return std::chrono::seconds(static_cast<std::int64_t>(std::max(left, 0.0)));
    }

private:
    static constexpr double kLate = 3;         // times what a frame takes
    static constexpr double kPatience_s = 15;  // however short that is

    bool is_over(Time now) const { return since_last_s(now) > std::max(kLate * each_s(), kPatience_s); }
    double since_last_s(Time now) const { return std::chrono::duration<double>(now - came_.back().at).count(); }
    double each_s() const { return span_s() / static_cast<double>(came_.size() - 1); }
    double span_s() const {
        return came_.size() < 2 ? 0 : std::chrono::duration<double>(came_.back().at - came_.front().at).count();
    }
    struct Came {
        Time at;
        std::uint64_t bytes;
    };
    mutable std::mutex mutex_;
    std::deque<Came> came_;
};

}  // namespace nightstack::tools
