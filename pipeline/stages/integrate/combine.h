// SPDX-License-Identifier: MIT
// Brings the samples of all frames for one tile of one colour plane together: normalise, reject,
// average. Per pixel, whatever the number of frames that cover it.
//   sample      x' = x * scale + offset; not finite = the frame does not cover the pixel
//   rejection   reject.h, on x' without weights
//   mean        sum w x' / sum w over the accepted samples, in frame order; w may differ from pixel to pixel
//               with rejection `median` the rejected samples count as well, as if they stood at the
//               median of the accepted ones
//   median      of the accepted samples, weights ignored
//   variance    of that result: sum w^2 (x' - mean)^2 / (sum w)^2 * n / (n - 1), for the median with
//               equal weights and times pi / 2 where n > 2 (large-sample efficiency); for a single
//               accepted sample the noise_variance of its frame. Empirical: it knows nothing of the
//               correlation between pixels, two samples that agree by chance have variance 0, and
//               rejection takes tails of plain noise with it (up to about a tenth low at 20 frames, kappa 3).
// A pixel nobody covers is 0 in every plane. All in float32, one pixel per SIMD lane, so the pixels
// are the same for every CPU level, tile size and position; sums run around the median, so that they
// lose nothing to a high sky.
//
// Thread rule: free function; one CombineScratch per thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "pipeline/core/aligned_memory.h"
#include "pipeline/core/image.h"
#include "pipeline/stages/integrate/esd_table.h"
#include "pipeline/stages/integrate/reject.h"

namespace nightstack {

enum class CombineKind { mean, median };

std::string_view name(CombineKind kind);
std::optional<CombineKind> parse_combine_kind(std::string_view text);

inline constexpr int kMostGrow = 5;

struct CombineOptions {
    CombineKind combine = CombineKind::mean;
    RejectOptions rejection;
    int grow_px = 0;     // how far rejection grows, see grow.h; integrate_tile itself does not look at it
    void check() const;  // throws OptionError
};

// One frame's samples of the tile, as warped: NaN where it does not reach.
struct FrameTile {
    ImageView<const float> samples;
    float scale = 1;
    float offset = 0;
    float weight = 1;          // > 0
    float noise_variance = 0;  // of one normalised sample, for pixels that only this frame covers
    // Empty, or one factor per sample that multiplies `weight` where there is a sample: the part of the pixel that
    // the frame covers (drizzle). Rejection does not look at it.
    ImageView<const float> sample_weights = {};
    // Empty, or what rejection looks at instead of the samples. A drop of drizzle lies up to a pixel beside the pixel
    // it touches: on the flank of a star good drops differ like outliers. Where either is missing, there is no sample.
    ImageView<const float> tested = {};
};

// All of one size. Counts are frames: coverage = accepted + rejected_low + rejected_high.
struct TileResult {
    ImageView<float> value;
    ImageView<float> variance;
    ImageView<std::uint16_t> coverage;
    ImageView<std::uint16_t> rejected_low;
    ImageView<std::uint16_t> rejected_high;
};

// Sums over the tile, for the report.
struct TileCounts {
    std::uint64_t samples = 0;
    std::uint64_t rejected_low = 0;
    std::uint64_t rejected_high = 0;
    TileCounts& operator+=(const TileCounts& other) {
        samples += other.samples;
        rejected_low += other.rejected_low;
        rejected_high += other.rejected_high;
        return *this;
    }
};

// Working memory that lives through many tiles; a few kB per frame. Starts empty.
struct CombineScratch {
    AlignedMemory columns;
    EsdTable esd;  // for frames and options as in esd_for
    RejectOptions esd_for;
};

// At most 65,535 frames. Throws OptionError when sizes differ or a weight is not above 0.
TileCounts integrate_tile(const TileResult& out, std::span<const FrameTile> frames, const CombineOptions& options,
                          CombineScratch& scratch);

}  // namespace nightstack
