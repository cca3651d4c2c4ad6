// SPDX-License-Identifier: MIT
// The finishing pass: a block is built again twice, with the stack's own depth and with all samples, and where the
// first is flagged the second takes its place.
#include <algorithm>
#include <atomic>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/core/pool.h"
#include "pipeline/stages/live/live_stack.h"

namespace nightstack {
namespace {

struct FinishScratch {
    LiveTile shallow, deep;
    ClipScratch clipped;
    FinishScratch(int planes, int depth) : shallow(planes, depth), deep(planes, kMostClipDepth) {}
};

// False when the tile was given up.
bool fill(FinishScratch& s, std::span<const LiveFrame> frames, const Rect& tile, float units_per_adu,
          const TileGivenUp& given_up) {
    const auto planes = static_cast<std::size_t>(s.shallow.planes());
    s.shallow.clear();
    s.deep.clear();
    for (const LiveFrame& frame : frames) {
        if (intersected(frame.footprint, tile).empty()) continue;
        const std::array<ImageView<float>, 3> room = s.shallow.room(), deep_room = s.deep.room();
        frame.sample(tile, std::span(room).first(planes));
        if (given_up && given_up(tile)) return false;
        for (std::size_t p = 0; p < planes; ++p) std::copy_n(room[p].data(), kLiveTilePixels, deep_room[p].data());
        for (LiveTile* const one : {&s.shallow, &s.deep}) {
            one->code_room(units_per_adu, frame.weight);
            one->count_room();
        }
    }
    return true;
}

template <class T>
void exchange(std::span<T> in, std::span<T> out, std::span<T> whole, std::size_t i) {
    whole[i] = static_cast<T>(whole[i] - out[i] + in[i]);
}

std::size_t replace_flagged(const ClosedSums& whole, const ClosedSums& shallow, const ClosedSums& deep) {
    std::size_t rebuilt = 0;
    for (std::size_t i = 0; i < whole.sum.size(); ++i) {
        if (shallow.flagged[i] == 0) continue;
        ++rebuilt;
        exchange(deep.sum, shallow.sum, whole.sum, i);
        exchange(deep.squares, shallow.squares, whole.squares, i);
        exchange(deep.weight, shallow.weight, whole.weight, i);
        exchange(deep.count, shallow.count, whole.count, i);
        exchange(deep.low, shallow.low, whole.low, i);
        exchange(deep.high, shallow.high, whole.high, i);
        exchange(deep.flagged, shallow.flagged, whole.flagged, i);
    }
    return rebuilt;
}

}  // namespace

std::size_t LiveStack::finish_bytes(const LiveStackOptions& options) {
    return LiveTile::bytes(options.planes, options.clip_depth) + LiveTile::bytes(options.planes, kMostClipDepth);
}

FinishedBlock LiveStack::finish_block(std::span<const LiveFrame> frames, Runner& runner, const TileGivenUp& given_up) {
    if (frames.empty()) return {};
    if (frames.size() > kBlockFrames || frames.size() > closed_frames_)
        throw OptionError("live stack: " + std::to_string(frames.size()) + " frames are no block of this stack");
    std::vector<std::pair<Rect, LiveTile*>> tiles;
    for (const auto& [place, tile] : tiles_) tiles.emplace_back(place.pixels(), tile.get());
    const auto units_per_adu = static_cast<float>(1 / unit_adu_);
    const auto factors_of_all = first_round_factors(kMostClipDepth);
    std::atomic<std::size_t> rebuilt = 0;
    std::atomic<bool> foreign = false;
    Pool<std::optional<FinishScratch>> pool;
    const auto finish = [&](const Rect& pixels, LiveTile& tile, FinishScratch& s) {
        if (!fill(s, frames, pixels, units_per_adu, given_up)) return;
        for (int p = 0; p < options_.planes; ++p) {
            ClipRule of_all = rule(p);
            s.shallow.close_block(p, of_all, s.clipped);
            of_all.depth = kMostClipDepth;
            of_all.first_factor = factors_of_all;
            s.deep.close_block(p, of_all, s.clipped);
        }
        if (!tile.holds(s.shallow)) {
            foreign = true;
            return;
        }
        for (int p = 0; p < options_.planes; ++p)
            rebuilt += replace_flagged(tile.closed(p), s.shallow.closed(p), s.deep.closed(p));
    };
    finished_ = true;
    runner.run(static_cast<int>(tiles.size()), 1, [&](int begin, int end) {
        const auto scratch = pool.borrow();
        if (!*scratch) scratch->emplace(options_.planes, options_.clip_depth);
        for (int i = begin; i < end; ++i) {
            const auto& [pixels, tile] = tiles[static_cast<std::size_t>(i)];
            finish(pixels, *tile, **scratch);
        }
    });
    if (foreign) throw OptionError("live stack: the frames of the block are not those that were stacked");
    return {tiles.size() * kLiveTilePixels * static_cast<std::size_t>(options_.planes), rebuilt};
}

}  // namespace nightstack
