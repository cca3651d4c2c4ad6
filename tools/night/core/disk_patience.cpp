// SPDX-License-Identifier: MIT
#include "tools/night/core/disk_patience.h"

#include <chrono>
#include <string>

#include "tools/cli/pause.h"

namespace nightstack::tools {

void DiskPatience::operator()(const IoError& error) const {
    if (!error.disk_full()) throw error;
    bool first = false;
    board_.update([&](NightState& s) {
        first = s.phase != NightPhase::paused;
        s.phase = NightPhase::paused;
    });
    if (first) board_.notice("the disk is full, the night waits until there is room: " + std::string(error.what()));
    if (!pause(std::chrono::seconds(2), stop_)) throw Interrupted();
}

void insist(NightBoard& board, const std::stop_token& stop, const std::function<void()>& work) {
    const NightPhase before = board.state().phase;
    for (;;) {
        try {
            work();
            break;
        } catch (const IoError& e) {
            DiskPatience(board, stop)(e);
        }
    }
    if (board.state().phase == NightPhase::paused) board.update([&](NightState& s) { s.phase = before; });
}

}  // namespace nightstack::tools
