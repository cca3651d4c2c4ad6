// SPDX-License-Identifier: MIT
// An open block with its memory, and samples to fill it with.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "pipeline/core/aligned_memory.h"
#include "pipeline/stages/live/block_rows.h"
#include "tests/support/reference/live/clip_twin.h"

namespace nightstack {

class Block {
public:
    Block(int pixels, int depth);
    void add(const std::vector<float>& adu, float units_per_adu, int weight);
    void add_codes(const LiveSample* codes, int frames);  // frame by frame, a row of pixels each
    const OpenBlock& memory() const { return block_; }
    // One pixel's result, beside which the sums stand.
    struct Result {
        double count, weight, sum, squares, low, high, flagged;
        bool operator==(const Result&) const = default;
    };
    std::vector<Result> clipped(const ClipRule& rule) const;

private:
    int pixels_, depth_;
    AlignedMemory memory_;
    OpenBlock block_;
};

// Frames of `pixels` samples: Gaussian around `level`, sigma 1 for weight one; a share `rate` are outliers of 4 to 64
// sigma, 85 % of them bright; a share `missing` is NaN. Values are whole units.
struct FrameSamples {
    std::vector<float> units;
    int weight = kLiveWeightOne;
};
struct SampleKind {
    int frames = 20, pixels = 64;
    double rate = 0, missing = 0, level = 1000, sigma = 256;
    bool weights = false;  // frames of different weight
};
std::vector<FrameSamples> draw_frames(const SampleKind& kind, std::mt19937_64& random);

ClipRule rule_for(int depth, double sigma);
Block::Result twin_of(const std::vector<FrameSamples>& frames, std::size_t pixel, const ClipRule& rule);

}  // namespace nightstack
