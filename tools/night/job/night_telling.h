// SPDX-License-Identifier: MIT
// What a person or a script sees of a night while it runs: the panel or lines, and events. From its making to its end.
#pragma once

#include <optional>

#include "tools/cli/talk.h"
#include "tools/night/show/night_board.h"
#include "tools/night/show/night_events.h"
#include "tools/night/show/night_lines.h"
#include "tools/night/show/night_panel.h"

namespace nightstack::tools {

class Telling {
public:
    Telling(Talk& talk, const NightBoard& board) : events_(talk, board) {
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
