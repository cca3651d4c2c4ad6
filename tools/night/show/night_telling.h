// SPDX-License-Identifier: MIT
// Whatever a user sees of a night on the terminal and on standard output while it runs, to its end: panel or lines,
// events.
#pragma once

#include <optional>

#include "tools/night/show/night_events.h"
#include "tools/night/show/night_lines.h"
#include "tools/night/show/night_panel.h"

namespace nightstack::tools {

class NightTelling {
public:
    NightTelling(Talk& talk, const NightBoard& board) : events_(talk, board) {
        if (talk.animated()) {
            screen_.emplace(talk, board);
        } else {
            lines_.emplace(talk, board);
        }
    }

private:
    NightEvents events_;
    std::optional<NightScreen> screen_;
    std::optional<NightLines> lines_;
};

}  // namespace nightstack::tools
