// SPDX-License-Identifier: MIT
// What a night does when the disk is full: it waits, says so once, and tries again. Frames lie where they are; nothing
// is lost. Any thread.
#pragma once

#include <functional>
#include <stop_token>

#include "pipeline/core/error.h"
#include "tools/night/show/night_board.h"

namespace nightstack::tools {

class DiskPatience {
public:
    // Both are borrowed.
    DiskPatience(NightBoard& board, const std::stop_token& stop) : board_(board), stop_(stop) {}

    // Returns after two seconds, when it is to be tried again. Throws `error` when it is about something else, and
    // Interrupted.
    void operator()(const IoError& error) const;

private:
    NightBoard& board_;
    const std::stop_token& stop_;
};

// Does `work` until there is room for it.
void insist(NightBoard& board, const std::stop_token& stop, const std::function<void()>& work);

}  // namespace nightstack::tools
