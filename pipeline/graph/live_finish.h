// SPDX-License-Identifier: MIT
// The finishing pass over a live stack: blocks are built once more from their lights, and pixels in which rejection may
// have missed outliers are decided by all their samples.
#pragma once

#include <array>
#include <cstddef>
#include <functional>
#include <span>
#include <stop_token>

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
};

// Closes the open block. Afterwards the stack can only be shown. `lights` are all that were stacked; `done` follows
// each block. Throws OptionError when they are not what was stacked, Interrupted, what reading throws.
LiveFinish finish_live(LiveStack& stack, std::span<const ReplayedLight> lights, const LiveReplayOptions& options,
                       Runner& runner, const std::function<void()>& done, const std::stop_token& stop);

// How many blocks these lights are in.
int count_blocks(std::span<const ReplayedLight> lights);

}  // namespace nightstack
