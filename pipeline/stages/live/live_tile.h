// SPDX-License-Identifier: MIT
// A square of the live stack's canvas: the open block and the sums of the closed ones, for every plane. Memory is taken
// once, when the square is first covered.
//
// The last few frames are pending: they wait as codes, and enter the open block together, which costs a pass over all
// of its memory. Nobody sees the difference: whatever looks at the open block brings in what is pending.
//
// Thread rule: one writer per tile and no reader beside it; const functions may run beside each other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <span>

#include "pipeline/core/aligned_memory.h"
#include "pipeline/core/image.h"
#include "pipeline/stages/live/block_rows.h"
#include "pipeline/stages/live/clip.h"

namespace nightstack {

inline constexpr int kLiveTileSide = 128;  // pixels
inline constexpr int kLiveTilePixels = kLiveTileSide * kLiveTileSide;

// Which tiles hold pixels of an area of the canvas: columns and rows of tiles.
Rect tiles_of(const Rect& area);
// The pixels of one of them.
inline Rect tile_pixels(int row, int column) {
    return {column * kLiveTileSide, row * kLiveTileSide, kLiveTileSide, kLiveTileSide};
}

// Sums over the closed blocks, one entry per pixel, row by row. Whole numbers: tiles add and subtract exactly.
struct ClosedSums {
    std::span<std::int64_t> sum;      // of w x of the samples that took part
    std::span<std::int64_t> squares;  // of w x^2
    std::span<std::uint32_t> weight;
    std::span<std::uint16_t> count;
    std::span<std::uint16_t> low;  // left out at either end
    std::span<std::uint16_t> high;
    std::span<std::uint16_t> flagged;  // blocks in which more might have to go
};

// What a tile says of one plane; see `LivePicture` for the meaning.
struct LiveTilePicture {
    ImageView<float> value;
    ImageView<float> variance;
    ImageView<std::uint16_t> coverage;
    ImageView<std::uint16_t> low;
    ImageView<std::uint16_t> high;
    ImageView<std::uint8_t> flag;
};

// Memory for a row of the clip's results and of the picture; lives through many tiles.
class ClipScratch {
public:
    ClipScratch();
    ClippedRun run() const;
    ShownRun shown() const;

private:
    AlignedMemory memory_;
};

class LiveTile {
public:
    // Throws std::bad_alloc.
    LiveTile(int planes, int depth);
    static std::size_t bytes(int planes, int depth);

    int planes() const { return planes_; }
    int depth() const { return depth_; }

    // Room for the samples of the next frame, a kLiveTileSide square per plane. What lies in it is nothing to the tile
    // until it is coded and then counted; at most kBlockFrames frames between two `close_block`.
    std::array<ImageView<float>, 3> room();
    void code_room(float units_per_adu, const std::array<int, 3>& weight);
    void count_room() noexcept { ++pending_; }
    // Brings pending frames into the open block. Const: what the tile says is the same before and after.
    void settle() const;

    // Clips the open block, adds what takes part to the closed sums, and begins an empty one.
    void close_block(int plane, const ClipRule& rule, ClipScratch& scratch);
    // The picture of closed blocks and of the open one as if it were closed now, of `part` of the tile, which has the
    // size of `out`. `unit_adu` is that of live_sample.h.
    void read(int plane, const ClipRule& rule, double unit_adu, const Rect& part, const LiveTilePicture& out,
              ClipScratch& scratch) const;

    // Closed sums only; asserts that planes agree.
    void add_closed(const LiveTile& other);
    void subtract_closed(const LiveTile& other);

    bool holds(const LiveTile& part) const;  // whether `part` can be subtracted, pixel for pixel
    void clear();                            // as made

    // For files: what is kept, in the order of the fields.
    ClosedSums closed(int plane) const;
    OpenBlock open(int plane) const;  // settled; list_step and all fields step by kLiveTilePixels per list
    bool operator==(const LiveTile& other) const;

private:
    std::byte* plane_begin(int plane) const;
    OpenBlock unsettled(int plane) const;
    LiveSample* pending(int plane, int frame) const;
    int planes_;
    int depth_;
    AlignedMemory memory_;
    mutable std::mutex settling_;
    mutable int pending_ = 0;  // frames
};

}  // namespace nightstack
