// SPDX-License-Identifier: MIT
// Follows a board on a thread of its own and hands over what is new, in order, nothing twice and nothing left out:
// whatever tells of a night is one of these.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "tools/night/show/night_board.h"

namespace nightstack::tools {

struct NightNews {
    NightState state;
    std::vector<NightFrame> frames;    // that have their verdict since the last time
    std::vector<std::string> notices;  // since then; of a great many the newest
    bool last = false;                 // nothing comes after this
};

struct NightPace {
    std::chrono::milliseconds least{250};   // between two tellings
    std::chrono::milliseconds most{1'000};  // told at least so often, also without news
};

class NightFollower {
public:
    // `tell` is called on the thread only, and what it throws is passed over: a night goes on without being told of.
    // Both must outlive this.
    NightFollower(const NightBoard& board, const NightPace& pace, std::function<void(const NightNews&)> tell);
    ~NightFollower();  // tells the rest, then `last`
    NightFollower(const NightFollower&) = delete;
    NightFollower& operator=(const NightFollower&) = delete;

private:
    void run(const std::stop_token& stop);
    bool tell_news(bool last);  // false: there is more
    const NightBoard& board_;
    const NightPace pace_;
    const std::function<void(const NightNews&)> tell_;
    std::uint64_t frames_seen_ = 0, notices_seen_ = 0;
    std::jthread thread_;
};

}  // namespace nightstack::tools
