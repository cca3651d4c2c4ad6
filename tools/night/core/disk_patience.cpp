// SPDX-License-Identifier: MIT
#include "tools/night/core/disk_patience.h"

#include <chrono>
#include <string>
#include <thread>

namespace nightstack::tools {

void DiskPatience::operator()(const IoError& error) const {
    if (!error.disk_full()) throw error;
    bool first = false;
    board_.update([&](NightState& s) {
        first = s.phase != NightPhase::paused;
        s.phase = NightPhase::paused;
    });
    if (first) board_.notice("the disk is full, the night waits until there is room: " + std::string(error.what()));
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(2);
    while (std::chrono::steady_clock::now() < until) {
        if (stop_.stop_requested()) throw Interrupted();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
}

}  // namespace nightstack::tools
