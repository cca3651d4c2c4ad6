// SPDX-License-Identifier: MIT
// A night as plain lines, where no panel can be drawn: why a frame was left out, at once; what was stacked, summed up;
// notices as they come.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/talk.h"
#include "tools/night/show/night_follower.h"

namespace nightstack::tools {

// The lines themselves. One thread; no clock of its own.
class NightLineWriter {
public:
    using Clock = std::chrono::steady_clock;
    explicit NightLineWriter(bool every_frame) : every_frame_(every_frame) {}

    // What is to be printed of these news. Without `every_frame` stacked ones are summed up at most every 10 seconds,
    // and at the end.
    std::vector<std::string> take(const NightNews& news, Clock::time_point now);

private:
    const bool every_frame_;
    std::size_t unsaid_ = 0;  // stacked since the last summary
    std::optional<Clock::time_point> summed_up_;
};

// "frame 126 m42_0126.fits rejected (background): 1234 ADU, at most 900"
std::string frame_line(const NightFrame& frame);

// Prints them for as long as it lives, each behind the time of day.
class NightLines {
public:
    NightLines(Talk& talk, const NightBoard& board);

private:
    NightLineWriter writer_;
    NightFollower follower_;  // behind what it uses
};

}  // namespace nightstack::tools
