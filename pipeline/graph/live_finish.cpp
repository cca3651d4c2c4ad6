// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_finish.h"

#include <algorithm>
#include <atomic>
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

std::size_t count_flagged(const LiveStack& stack) {
    std::size_t flagged = 0;
    for (const auto& [place, tile] : stack.tiles()) {
        for (int p = 0; p < stack.options().planes; ++p) {
            const auto blocks = tile->closed(p).flagged;
            flagged += static_cast<std::size_t>(std::ranges::count_if(blocks, [](auto n) { return n > 0; }));
        }
    }
    return flagged;
}

// At most so many threads of another one, each with what lies on its way.
class FewerThreads final : public Runner {
public:
    FewerThreads(Runner& all, int threads) : all_(all), threads_(threads) {}
    int threads() const override { return threads_; }
    void run(int n, int grain, const std::function<void(int, int)>& body) override {
        std::atomic<int> next = 0;
        std::atomic<bool> failed = false;
        const auto work = [&] {
            for (int begin = next.fetch_add(grain); begin < n && !failed; begin = next.fetch_add(grain))
                body(begin, std::min(n, begin + grain));
        };
        all_.run(threads_, 1, [&](int /*begin*/, int /*end*/) {
            try {
                work();
            } catch (...) {
                failed = true;
                throw;
            }
        });
    }

private:
    Runner& all_;
    int threads_;
};

}  // namespace

int count_blocks(std::span<const ReplayedLight> lights) { return static_cast<int>(by_block(lights).size()); }

std::size_t finish_bytes(const LiveStackOptions& stack, const StreamFormat& format, const LiveReplayOptions& replay) {
    // What of a light a tile is made of: the mosaic, what it is repaired in, and the planes, with room for turned ones.
    constexpr double kTurned = 1.5, kMargin = 32;
    const double across = kTurned * (kLiveTileSide / replay.canvas_scale + kMargin);
    const double pixels = std::min(across * across, static_cast<double>(format.width) * format.height);
    const auto planes = static_cast<double>(2 + stack.planes);
    return LiveStack::finish_bytes(stack) + static_cast<std::size_t>(pixels * planes * sizeof(float));
}

LiveFinish finish_live(LiveStack& stack, std::span<const ReplayedLight> lights, const FinishOptions& options,
                       Runner& runner, const std::function<void()>& done, const std::stop_token& stop) {
    stack.close_block(runner);
    LiveFinish out{flagged_percent(stack)};
    const std::size_t each = finish_bytes(stack.options(), options.replay.reference, options.replay);
    out.threads = static_cast<int>(
        std::clamp(options.memory_bytes / each, std::size_t{1}, static_cast<std::size_t>(runner.threads())));
    FewerThreads some(runner, out.threads);
    for (const auto& [number, block] : by_block(lights)) {
        if (stop.stop_requested()) throw Interrupted();
        LiveReplay replay(options.replay);
        std::vector<LiveFrame> frames;
        for (const ReplayedLight& l : block) frames.push_back(replay.frame(*l.light, *l.report));
        out.rebuilt +=
            stack.finish_block(frames, some, [&](const Rect& tile) { return replay.failed_on(tile); }).rebuilt;
        // A tile is given up with the first light that fails; people want to hear of all.
        if (!replay.unread().empty()) {
            for (const ReplayedLight& l : block) replay.probe(*l.light);
        }
        replay.rethrow_grave();
        out.unread.merge(replay.unread());
        ++out.blocks;
        if (done) done();
    }
    if (!out.unread.empty()) out.left = count_flagged(stack);
    return out;
}

}  // namespace nightstack
