// SPDX-License-Identifier: MIT
// What of a night changes while nothing comes: how fast frames come in, when the last of them will be there, the room
// on the disk. A thread of its own as long as it lives, for a disk may take its time.
#pragma once

#include <filesystem>
#include <thread>

#include "tools/night/core/arrival_pace.h"
#include "tools/night/show/night_board.h"

namespace nightstack::tools {

class NightPulse {
public:
    // All is borrowed. `folder` lies on the disk that is shown.
    NightPulse(NightBoard& board, const ArrivalPace& pace, const std::filesystem::path& folder);

private:
    void show();
    NightBoard& board_;
    const ArrivalPace& pace_;
    const std::filesystem::path& folder_;
    std::jthread thread_;
};

}  // namespace nightstack::tools
