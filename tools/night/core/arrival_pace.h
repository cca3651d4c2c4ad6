// SPDX-License-Identifier: MIT
// How fast frames come in, over the last minute. One thread; time is handed in.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace nightstack::tools {

class ArrivalPace {
public:
    using Time = std::chrono::steady_clock::time_point;

    void add(Time now, std::uint64_t bytes) {
        came_.push_back({now, bytes});
        // Two at least: a frame may take longer than a minute.
        while (came_.size() > 2 && now - came_.front().at > std::chrono::minutes(1)) came_.pop_front();
    }
    // 0 as long as nobody can tell.
    double bytes_per_s() const {
        double bytes = 0;
        for (std::size_t i = 1; i < came_.size(); ++i) bytes += static_cast<double>(came_[i].bytes);
        return span_s() > 0 ? bytes / span_s() : 0;
    }
    std::optional<std::chrono::seconds> time_for(std::uint64_t frames) const {
        if (span_s() <= 0) return std::nullopt;
        const double each = span_s() / static_cast<double>(came_.size() - 1);
        return std::chrono::seconds(static_cast<std::int64_t>(each * static_cast<double>(frames)));
    }

private:
    double span_s() const {
        return came_.size() < 2 ? 0 : std::chrono::duration<double>(came_.back().at - came_.front().at).count();
    }
    struct Came {
        Time at;
        std::uint64_t bytes;
    };
    std::deque<Came> came_;
};

}  // namespace nightstack::tools
