// SPDX-License-Identifier: MIT
// The night on a terminal: a compact panel that stays in place, readable in the dark, without colour. Local time.
#pragma once

#include <chrono>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "tools/cli/talk.h"
#include "tools/night/show/night_follower.h"

namespace nightstack::tools {

// About 8 to 12 lines of at most `columns` (taken as 30 at least), fit for a screen whatever names there are. `last`:
// frames, the newest last. Pure.
std::vector<std::string> panel_lines(const NightState& state, std::span<const NightFrame> last, int columns,
                                     NightTime now);

// Draws it at the lower end of the terminal while it lives, at most four times a second, and takes it away at the end.
// Notices are printed above it and stay; with --verbose frames too. Nothing is drawn where Talk does not animate.
class NightScreen {
public:
    NightScreen(Talk& talk, const NightBoard& board);

private:
    void tell(const NightNews& news);
    Talk& talk_;
    std::deque<NightFrame> last_;
    NightFollower follower_;  // behind what it uses
};

}  // namespace nightstack::tools
