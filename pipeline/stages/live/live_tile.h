// SPDX-License-Identifier: MIT
// A square of the live stack's canvas: the open block and the sums of the closed ones, for every plane. Memory is taken
// once, when the square is first covered. Not locked: one thread per tile.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
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

// Room for a frame's samples on one tile, a plane per colour; lives through many tiles.
struct TileSamples {
    std::array<Image<float>, 3> planes;
    TileSamples();
    std::array<ImageView<float>, 3> views();
};

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

// Memory for one run of the clip's results; lives through many tiles.
class ClipScratch {
public:
    ClipScratch();
    ClippedRun run() const;

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

    // `samples` is kLiveTileSide square, ADU; at most kBlockFrames frames enter between two `close_block`.
    void add(int plane, ImageView<const float> samples, float units_per_adu, int weight);
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
    OpenBlock open(int plane) const;  // list_step and all fields step by kLiveTilePixels per list
    bool operator==(const LiveTile& other) const;

private:
    std::byte* plane_begin(int plane) const;
    int planes_;
    int depth_;
    AlignedMemory memory_;
};

}  // namespace nightstack
