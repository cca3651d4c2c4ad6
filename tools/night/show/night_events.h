// SPDX-License-Identifier: MIT
// A night as JSON lines on stdout, for as long as this lives: every frame that has its verdict, the stack whenever it
// grew, the state at most every two seconds and at the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/talk.h"
#include "tools/night/show/night_follower.h"

namespace nightstack::tools {

// The lines themselves. One thread; no clock of its own.
class NightEventWriter {
public:
    using Clock = std::chrono::steady_clock;
    std::vector<std::string> take(const NightNews& news, Clock::time_point now);

private:
    std::uint64_t rev_ = 0;
    std::string state_;  // as told last
    std::optional<Clock::time_point> state_told_;
};

// Does nothing without --json.
class NightEvents {
public:
    NightEvents(Talk& talk, const NightBoard& board);

private:
    NightEventWriter writer_;
    std::optional<NightFollower> follower_;  // behind what it uses
};

}  // namespace nightstack::tools
