// SPDX-License-Identifier: MIT
// Live stacks of frames that come from nothing but their numbers, small and quick.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tools/live/live_state.h"

namespace nightstack::tools {

// How a night is made. Every frame is a rectangle that wanders over up to four tiles, also to negative places, with
// noise, outliers and holes.
struct MadeNight {
    std::uint64_t seed = 1;
    int planes = 2;
    int depth = 3;
    int width = 90, height = 60;  // of a frame
};

LiveStackOptions options_of(const MadeNight& night);
LiveFrame live_frame(const MadeNight& night, std::uint64_t number);

// Frames [first, end); a rejected one beside every tenth in the ledger.
LiveState made_state(const MadeNight& night, std::uint64_t first, std::uint64_t end);
// The same without frame `left_out`, the block borders as they were.
LiveState made_state_without(const MadeNight& night, std::uint64_t first, std::uint64_t end, std::uint64_t left_out);

// One tile, two frames: a file of a few kilobytes.
LiveState small_state();

std::string bytes_of(const std::filesystem::path& path);
// Saves and gives back what the file holds.
std::string saved(const std::filesystem::path& path, const LiveState& state);
LiveState loaded(const std::filesystem::path& path);
std::string about(const LiveState& state);  // its ledger as text

}  // namespace nightstack::tools
