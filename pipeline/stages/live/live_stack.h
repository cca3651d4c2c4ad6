// SPDX-License-Identifier: MIT
// The stack that grows with the night: outliers are rejected as frames arrive, in constant memory, in any order
// inside a block of 64 frames. Closed blocks are sums of whole numbers, so that two stacks on one grid merge, a block
// can be taken out and put in again, and the result is the same for any number of threads and instruction level.
// What a pixel is made of stands in clip.h and live_sample.h.
//
// The canvas is a set of tiles that come into being when a frame first covers them, in canvas pixels whose origin is
// the reference's; it has no edges. A pixel's weight begins with the first frame that covers it.
//
// Thread rule: one writer (`add`, `close_block`, `merge`, `take_out`) at a time and no reader beside it; `snapshot` is
// const and may run beside other readers. What a snapshot gives is the caller's and never changes.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"
#include "pipeline/stages/live/clip.h"
#include "pipeline/stages/live/live_tile.h"

namespace nightstack {

// What every frame of a stack shares. Two stacks merge when all of it is equal.
struct LiveStackOptions {
    int planes = 1;      // 1 to 3
    int clip_depth = 4;  // k of clip.h, 2 to 32
    double kappa_low = 3;
    double kappa_high = 3;
    double white_adu = 65535;                  // highest value a pixel of a frame has, for the fixed point
    std::array<double, 3> noise_adu{1, 1, 1};  // per plane: sigma of a sample of weight one on plain sky, above 0
    std::array<double, 3> sky_adu{};           // per plane: level of the reference's sky
    std::array<double, 3> signal_variance{};   // per plane: ADU^2 a sample of weight one gains per ADU above the sky
    double object_share = 0.05;                // see clip.h

    void check() const;  // throws OptionError
    bool operator==(const LiveStackOptions&) const = default;
};

// The rule by which a plane of such a stack is clipped; `first_factor` as of first_round_factors.
ClipRule clip_rule(const LiveStackOptions& options, int plane,
                   const std::array<double, kBlockFrames + 1>& first_factor);

// One frame on the canvas. `sample` is called once per tile that `footprint` (canvas pixels) touches, from several
// threads: it fills one kLiveTileSide square view per plane with normalised ADU, NaN where the frame has nothing. Of
// the tiles of a turned frame's footprint `touches`, where given, leaves out those in which all would be NaN.
struct LiveFrame {
    std::array<int, 3> weight{kLiveWeightOne, kLiveWeightOne, kLiveWeightOne};  // see live_weight
    Rect footprint;
    std::function<void(const Rect& tile, std::span<const ImageView<float>> out)> sample;
    std::function<bool(const Rect& tile)> touches;
};

// A picture of the stack, one entry per plane. Coverage = samples that take part + low + high.
struct LivePicture {
    Rect canvas;  // which canvas pixels
    struct Plane {
        Image<float> value;  // ADU, 0 where nothing covers
        Image<float>
            variance;  // of the value, ADU^2: from the scatter of the samples; of one alone from the known noise
        Image<std::uint16_t> coverage, low, high;
        Image<std::uint8_t> flag;  // 1: rejection may have missed outliers here, see clip.h
    };
    std::vector<Plane> planes;
    std::size_t frames = 0;
};

// What the finishing pass of a block found, in samples of one plane and pixel.
struct FinishedBlock {
    std::size_t pixels = 0;   // looked at
    std::size_t rebuilt = 0;  // that were flagged
};

inline constexpr std::size_t kMostLiveFrames = 65535;  // counts per pixel are 16 bits

class LiveStack {
public:
    // Throws OptionError.
    explicit LiveStack(const LiveStackOptions& options);

    // Memory for a canvas of so many pixels, rounded up to tiles. For saying it before the start.
    static std::size_t bytes(std::size_t canvas_width, std::size_t canvas_height, const LiveStackOptions& options);

    // Adds a frame; closes the block first when it is full. Throws std::bad_alloc, what `sample` throws and what the
    // runner throws; then the frame is not in the stack, with no pixel of it, and another may be added.
    void add(const LiveFrame& frame, Runner& runner);
    // What is known of the noise, learned from the frames of the first block: only while no block is closed, for a
    // closed one was clipped by it. Throws OptionError.
    void set_noise(const std::array<double, 3>& noise_adu);
    // The open block ends here, with however many frames it has; nothing happens when it has none.
    void close_block(Runner& runner);

    // Adds the closed blocks of another stack; what is open there is not taken (close it before). Throws OptionError
    // with the option that differs.
    void merge(const LiveStack& other);
    // The inverse: takes closed blocks out that are part of this stack. A block is retracted by building it alone as a
    // stack of its own from its frames, and changed by merging it again without a frame. Throws OptionError when
    // options differ or more would be taken out than is there; then nothing has changed.
    void take_out(const LiveStack& other);

    // The finishing pass over one closed block, whose frames are given again: where a pixel was flagged, all its
    // samples are looked at instead of 2 k of them, and the flag goes. Afterwards the stack can only be shown: keep the
    // state before it for merging and going on. Throws OptionError when the frames are not part of this stack; tiles
    // may be finished by then.
    FinishedBlock finish_block(std::span<const LiveFrame> frames, Runner& runner);

    LivePicture snapshot(Runner& runner) const;                      // everything covered so far
    LivePicture snapshot(const Rect& canvas, Runner& runner) const;  // any part; 0 beyond

    const LiveStackOptions& options() const { return options_; }
    double unit_adu() const { return unit_adu_; }
    std::size_t closed_frames() const { return closed_frames_; }
    int open_frames() const { return open_frames_; }
    std::size_t frames() const { return closed_frames_ + static_cast<std::size_t>(open_frames_); }
    Rect extent() const;                                  // of the frames' footprints; empty before the first
    std::size_t memory_bytes() const;                     // of the tiles
    std::size_t bytes_with(const Rect& footprint) const;  // the same with those of a frame that is not in yet
    std::size_t bytes_with(const LiveFrame& frame) const;

    // Tiles by their place (in tiles, row then column), for files and tests.
    struct TilePlace {
        int row = 0, column = 0;
        auto operator<=>(const TilePlace&) const = default;
        Rect pixels() const { return tile_pixels(row, column); }
    };
    using Tiles = std::map<TilePlace, std::unique_ptr<LiveTile>>;
    struct Cover {
        std::vector<TilePlace> tiles;  // row by row
        Rect extent;                   // a tile at each of its edges
    };
    // The tiles a frame falls on, and the part of its footprint that they hold; also of a frame that is not in.
    static Cover cover(const LiveFrame& frame);
    const Tiles& tiles() const { return tiles_; }
    Tiles take_tiles() && { return std::move(tiles_); }  // for from_parts
    // From parts, as a file has them. Throws FormatError when they cannot belong together: a tile of other planes or
    // depth, more frames in the open block than fit, tiles that do not reach to the extent's edges or lie beyond.
    static LiveStack from_parts(const LiveStackOptions& options, std::size_t closed_frames, int open_frames,
                                const Rect& extent, Tiles tiles);
    bool operator==(const LiveStack& other) const;  // every pixel of every tile

private:
    ClipRule rule(int plane) const { return clip_rule(options_, plane, first_factor_); }
    void require_unfinished() const;
    struct Touched;
    Touched touched(const LiveFrame& frame);
    LiveStackOptions options_;
    double unit_adu_;
    std::array<double, kBlockFrames + 1> first_factor_;
    std::size_t closed_frames_ = 0;
    int open_frames_ = 0;
    bool finished_ = false;
    bool closing_ = false;  // some tiles may have closed their block, which ended in an exception
    Rect extent_;
    Tiles tiles_;
};

}  // namespace nightstack
