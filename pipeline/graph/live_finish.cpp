// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_finish.h"

#include <map>
#include <vector>

#include "pipeline/core/error.h"

namespace nightstack {
namespace {

using Blocks = std::map<std::size_t, std::vector<ReplayedLight>>;

Blocks by_block(std::span<const ReplayedLight> lights) {
    Blocks blocks;
    for (const ReplayedLight& l : lights) blocks[*l.report->block].push_back(l);
    return blocks;
}

std::array<double, 3> flagged_percent(const LiveStack& stack) {
    std::array<double, 3> percent{};
    for (int p = 0; p < stack.options().planes; ++p) {
        std::size_t pixels = 0, flagged = 0;
        for (const auto& [place, tile] : stack.tiles()) {
            const ClosedSums sums = tile->closed(p);
            for (std::size_t i = 0; i < sums.count.size(); ++i) {
                pixels += sums.count[i] + sums.low[i] + sums.high[i] > 0 ? 1U : 0U;
                flagged += sums.flagged[i] > 0 ? 1U : 0U;
            }
        }
        if (pixels > 0)
            percent[static_cast<std::size_t>(p)] = 100 * static_cast<double>(flagged) / static_cast<double>(pixels);
    }
    return percent;
}

}  // namespace

int count_blocks(std::span<const ReplayedLight> lights) { return static_cast<int>(by_block(lights).size()); }

LiveFinish finish_live(LiveStack& stack, std::span<const ReplayedLight> lights, const LiveReplayOptions& options,
                       Runner& runner, const std::function<void()>& done, const std::stop_token& stop) {
    stack.close_block(runner);
    LiveFinish out{flagged_percent(stack)};
    for (const auto& [number, block] : by_block(lights)) {
        if (stop.stop_requested()) throw Interrupted();
        LiveReplay replay(options);
        std::vector<LiveFrame> frames;
        for (const ReplayedLight& l : block) frames.push_back(replay.frame(*l.light, *l.report));
        try {
            out.rebuilt += stack.finish_block(frames, runner).rebuilt;
        } catch (const OptionError&) {
            replay.rethrow();  // what could not be read explains what does not fit
            throw;
        }
        replay.rethrow();
        ++out.blocks;
        if (done) done();
    }
    return out;
}

}  // namespace nightstack
