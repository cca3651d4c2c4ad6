// SPDX-License-Identifier: MIT
// The finishing pass over a live stack: blocks are built once more from their lights, and pixels in which rejection may
// have missed outliers are decided by all their samples.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <stop_token>
#include <string>

#include "pipeline/graph/live_replay.h"

namespace nightstack {

// A stacked light; both are borrowed, the report has a block.
struct ReplayedLight {
    const Light* light = nullptr;
    const LightReport* report = nullptr;
};

struct LiveFinish {
    std::array<double, 3> flagged_percent{};  // per plane: of the pixels with data, before
    std::size_t rebuilt = 0;  // flagged pixels of all blocks and planes, each built from all its samples
    std::size_t blocks = 0;
    std::map<std::string, std::string> unread{};  // lights that could not be read any more, and why
    std::size_t left = 0;                         // pixels of all planes that keep their flags for that
    int threads = 0;                              // at work at once, as memory allows
};

struct FinishOptions {
    LiveReplayOptions replay;
    std::size_t memory_bytes = ~std::size_t{0};  // for the pass itself: with less, fewer threads work at once
};

// What the pass takes for each thread, at least one. `replay` as the lights were sampled.
std::size_t finish_bytes(const LiveStackOptions& stack, const StreamFormat& format, const LiveReplayOptions& replay);

// Closes the open block. Afterwards the stack can only be shown. `lights` are all that were stacked; `done` follows
// each block. Where a light cannot be read any more its block stays as it is, tile by tile, and `unread` tells. Throws
// OptionError when the lights are not what was stacked, Interrupted.
LiveFinish finish_live(LiveStack& stack, std::span<const ReplayedLight> lights, const FinishOptions& options,
                       Runner& runner, const std::function<void()>& done, const std::stop_token& stop);

// How many blocks these lights are in.
int count_blocks(std::span<const ReplayedLight> lights);

}  // namespace nightstack
