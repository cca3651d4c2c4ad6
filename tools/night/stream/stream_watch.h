// SPDX-License-Identifier: MIT
// Keeps a night's board at what a stream is doing, also while the stack stands: counts, link, rate, every quarter of a
// second, on a thread of its own.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "pipeline/graph/video_counts.h"
#include "tools/night/core/arrival_pace.h"
#include "tools/night/show/night_board.h"
#include "tools/night/stream/stream_feed.h"

namespace nightstack::tools {

class StreamWatch {
public:
    // All is borrowed; `host` is what gives the pictures, fit for a screen.
    StreamWatch(NightBoard& board, const StreamFeed& feed, std::string host);
    ~StreamWatch();  // tells the board what there is then
    StreamWatch(const StreamWatch&) = delete;
    StreamWatch& operator=(const StreamWatch&) = delete;

    // What has become of the pictures that were taken, as the stack knows it; any thread.
    void judged(const VideoCounts& counts);
    void tell_counts();  // to the board, now
    NightCounts counts() const;

private:
    using Clock = std::chrono::steady_clock;
    void run(const std::stop_token& stop);
    void tell();
    void tell_link(bool online);

    NightBoard& board_;
    const StreamFeed& feed_;
    const std::string host_;
    VideoCounts last_judged() const;
    mutable std::mutex mutex_;
    VideoCounts judged_;
    // The thread's own.
    ArrivalPace pace_;
    std::uint64_t bytes_ = 0;
    std::optional<bool> online_;  // nothing before it was, or could not be, reached
    Clock::time_point lost_at_;
    std::jthread thread_;
};

}  // namespace nightstack::tools
