// SPDX-License-Identifier: MIT
#include "tools/live/tile_sense.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "pipeline/stages/live/live_stack.h"

namespace nightstack::tools {
namespace {

constexpr std::int64_t kMostValue = static_cast<std::int64_t>(kMostLiveValue);

// Of some samples together.
struct Sums {
    std::int64_t count = 0, weight = 0, sum = 0, squares = 0;
};

// Sums that `count` samples of a weight from 1 to 15 can have.
bool possible(const Sums& s) {
    if (s.count < 0 || s.weight < s.count || s.weight > s.count * kMostLiveWeight) return false;
    const std::int64_t most = s.weight * kMostValue;
    return s.sum >= -most && s.sum <= most && s.squares >= 0 && s.squares <= most * kMostValue;
}

bool closed_sense(const ClosedSums& c, std::size_t i, std::int64_t frames) {
    const Sums sums{c.count[i], static_cast<std::int64_t>(c.weight[i]), c.sum[i], c.squares[i]};
    const std::int64_t out = std::int64_t{c.low[i]} + c.high[i];
    return sums.count + out <= frames && c.flagged[i] <= frames && possible(sums);
}

bool is_sample(LiveSample code) {
    const int weight = code & kMostLiveWeight;
    const std::int64_t value = code >> kLiveWeightBits;
    return weight >= 1 && value >= -kMostValue && value <= kMostValue;
}

// One list of a pixel: so many samples in order, then nothing.
template <class InOrder>
bool list_sense(const LiveSample* list, std::ptrdiff_t step, int depth, int samples, LiveSample nothing,
                InOrder in_order) {
    for (int j = 0; j < depth; ++j) {
        const LiveSample code = list[j * step];
        if (j >= samples ? code != nothing : !is_sample(code)) return false;
        if (j > 0 && j < samples && !in_order(list[(j - 1) * step], code)) return false;
    }
    return true;
}

void take_away(Sums& sums, LiveSample code) {
    const std::int64_t weight = code & kMostLiveWeight, value = code >> kLiveWeightBits;
    --sums.count;
    sums.weight -= weight;
    sums.sum -= weight * value;
    sums.squares -= weight * value * value;
}

bool open_sense(const OpenBlock& b, std::ptrdiff_t i, int depth, int frames) {
    const int n = b.count[i];
    if (n > frames) return false;
    const int known = std::min(n, depth);
    if (!list_sense(b.lowest + i, b.list_step, depth, known, kNoLowest, std::less_equal<>()) ||
        !list_sense(b.highest + i, b.list_step, depth, known, kNoHighest, std::greater_equal<>()))
        return false;
    constexpr double kMostSquares = 9007199254740992.0;  // 2^53
    if (!(b.squares[i] >= 0 && b.squares[i] <= kMostSquares)) return false;
    Sums others{n, b.weight[i], b.sum[i], static_cast<std::int64_t>(b.squares[i])};
    // A sample is known once: see clip.h.
    for (int j = 0; j < std::min(depth, (n + 1) / 2); ++j) take_away(others, b.lowest[j * b.list_step + i]);
    for (int j = 0; j < std::min(depth, n / 2); ++j) take_away(others, b.highest[j * b.list_step + i]);
    return possible(others);
}

}  // namespace

std::string tile_nonsense(const LiveTile& tile, std::size_t closed_frames, int open_frames) {
    for (int p = 0; p < tile.planes(); ++p) {
        const ClosedSums closed = tile.closed(p);
        const OpenBlock open = tile.open(p);
        for (std::size_t i = 0; i < kLiveTilePixels; ++i) {
            if (!closed_sense(closed, i, static_cast<std::int64_t>(closed_frames)))
                return "its sums are none that samples have";
            if (!open_sense(open, static_cast<std::ptrdiff_t>(i), tile.depth(), open_frames))
                return "its open block is none that samples make";
        }
    }
    return "";
}

}  // namespace nightstack::tools
