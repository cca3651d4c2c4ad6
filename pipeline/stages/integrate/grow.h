// SPDX-License-Identifier: MIT
// Rejection that grows: where a trail or a cloud's edge was thrown out of one frame, its rim goes with it, although no
// single sample of the rim stands out. Of few frames that rim would show in the mean.
//   seed    a sample that was rejected for being too bright
//   grown   a kept sample, of whose neighbours in the same frame, up to grow_px away in x and y, at least
//           kSeedsToGrow are seeds, unless the brightest pixel among these neighbours stands so far above the sky that
//           object_share of it exceeds the known noise (reject.h): there is a star, whose flanks differ between frames
// A lone outlier, noise or a cosmic ray's hit, has too few neighbours to grow. Seeds do not spread: what has grown is
// no seed. Nothing grows at a pixel where less than half of its samples would stay, and nothing with rejection `none`,
// nor `median`, which leaves nothing out. A pixel with grown samples is combined anew without them and without what was
// rejected before; the grown count as rejected high. All by the definition, in float32 and frame order: the same bits
// on every CPU level.
//
// Thread rule: free functions; one GrowScratch per thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"
#include "pipeline/stages/integrate/combine.h"

namespace nightstack {

inline constexpr int kSeedsToGrow = 5;
inline constexpr int kGrowByFrames = -1;   // as CombineOptions::grow_px asked for: 2 for few frames, else 0
inline constexpr int kFramesToGrow = 16;  // as many hide a rim in their mean, and looking for it would cost a third more

// What is asked for, or what suits that many frames.
int grow_px_for(int asked, std::size_t frames);

// How many pixels around the wanted ones must be integrated too: 0 when nothing grows.
int grow_border(const CombineOptions& options);

struct GrownSample {
    std::int32_t pixel;  // x + y * width of the tile
    std::int32_t frame;
};

// Working memory that lives through many tiles. Starts empty.
struct GrowScratch {
    std::vector<std::vector<std::int32_t>> seeds;  // of each frame, as GrownSample::pixel
    std::vector<std::uint8_t> seeds_near;          // per pixel, all 0 between frames
    std::vector<FrameTile> strip;
    std::vector<GrownSample> grown;
    std::vector<float> column, sorted;
    Image<float> samples, weights;  // of pixels to be combined anew, a row per frame
    std::vector<FrameTile> anew;
    Image<float> value, variance;
    Image<std::uint16_t> counts;
};

// As integrate_tile, then grows. The pixels `inside` are right when the tile reaches grow_border(options) beyond them
// or up to the canvas's edge; what lies around them is not. Returns the sums over `inside`. Errors as integrate_tile.
TileCounts integrate_growing(const TileResult& out, std::span<const FrameTile> frames, const CombineOptions& options,
                             const Rect& inside, CombineScratch& scratch, GrowScratch& growing);

}  // namespace nightstack
