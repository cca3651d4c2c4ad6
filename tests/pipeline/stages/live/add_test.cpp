// SPDX-License-Identifier: MIT
// Frames enter the open block in groups of any size: the same bits as from all samples at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "blocks.h"
#include "tests/support/every_level.h"
#include "tests/support/reference/live/block_twin.h"

namespace nightstack {
namespace {

constexpr int kPixels = 3 * kBlockRun;

// Codes of `frames` frames, each a row of kPixels.
struct Codes {
    AlignedMemory memory;
    int frames;
    LiveSample* row(int frame) const { return static_cast<LiveSample*>(memory.data()) + frame * kPixels; }
};

// In the first run of pixels nothing is missing, in the last most.
Codes draw_codes(int frames, double missing, std::mt19937_64& random) {
    std::uniform_int_distribution<int> weight(1, kMostLiveWeight), few(-3, 3), end(0, 40);
    std::uniform_real_distribution<double> share;
    std::normal_distribution<double> normal(0, 1000);
    Codes codes{AlignedMemory(static_cast<std::size_t>(frames * kPixels) * sizeof(LiveSample)), frames};
    for (int f = 0; f < frames; ++f)
        for (int x = 0; x < kPixels; ++x) {
            int value = x % 3 == 0 ? few(random) : static_cast<int>(normal(random));  // many equal ones
            const auto most = static_cast<int>(kMostLiveValue);
            if (const int which = end(random); which < 2) value = which == 0 ? most : -most;
            const bool gone = x >= kBlockRun && share(random) < (x < 2 * kBlockRun ? missing : 0.9);
            codes.row(f)[x] = gone ? kNoLowest : value * 16 + weight(random);
        }
    return codes;
}

reference::BlockTwin pixel_of(const Block& block, int depth, int x) {
    const OpenBlock& b = block.memory();
    reference::BlockTwin pixel;
    for (int j = 0; j < depth; ++j) {
        pixel.lowest.push_back(b.lowest[j * b.list_step + x]);
        pixel.highest.push_back(b.highest[j * b.list_step + x]);
    }
    pixel.sum = b.sum[x];
    pixel.squares = static_cast<std::int64_t>(b.squares[x]);
    pixel.weight = b.weight[x];
    pixel.count = b.count[x];
    return pixel;
}

void expect_twin(const Block& block, int depth, const Codes& codes) {
    for (int x = 0; x < kPixels; ++x) {
        std::vector<LiveSample> samples;
        for (int f = 0; f < codes.frames; ++f) samples.push_back(codes.row(f)[x]);
        ASSERT_TRUE(pixel_of(block, depth, x) == reference::block_twin(samples, depth))
            << "pixel " << x << ", k " << depth << ", " << codes.frames << " frames";
    }
}

TEST(AddToBlock, GroupsOfAnySizeMakeTheSameBlock) {
    at_every_level([] {
        std::mt19937_64 random(4);
        std::uniform_int_distribution<int> group(0, kPendingFrames);
        for (int depth = kLeastClipDepth; depth <= kMostClipDepth; depth += depth < 10 ? 1 : 5) {
            for (const int frames : {1, 2, 5, 8, 20, kBlockFrames}) {
                const Codes codes = draw_codes(frames, 0.1, random);
                Block block(kPixels, depth);
                for (int f = 0; f < frames;) {
                    const int now = std::min(group(random), frames - f);
                    block.add_codes(codes.row(f), now);
                    f += now;
                }
                ASSERT_NO_FATAL_FAILURE(expect_twin(block, depth, codes));
            }
        }
    });
}

TEST(AddToBlock, EverySizeOfGroupAtEveryFill) {
    at_every_level([] {
        std::mt19937_64 random(5);
        for (const int depth : {2, 3, 4, 6, 8, 11, 32}) {
            for (int size = 1; size <= kPendingFrames; ++size) {
                const Codes codes = draw_codes(kBlockFrames / size * size, 0.02 * size, random);
                Block block(kPixels, depth);
                for (int f = 0; f < codes.frames; f += size) block.add_codes(codes.row(f), size);
                ASSERT_NO_FATAL_FAILURE(expect_twin(block, depth, codes)) << size;
            }
        }
    });
}

TEST(AddToBlock, SamplesBecomeCodesInTheirOwnMemory) {
    at_every_level([] {
        const AlignedMemory memory(kBlockRun * sizeof(float));
        auto* const samples = static_cast<float*>(memory.data());
        const float none = std::nanf("");
        const float in[kBlockRun] = {0, 1, -1, 0.5F, 1.5F, -2.5F, 1e9F, -1e9F, none, -none, HUGE_VALF, -HUGE_VALF, 3};
        const int most = static_cast<int>(kMostLiveValue);
        const LiveSample out[kBlockRun] = {7,
                                           4 * 16 + 7,
                                           -4 * 16 + 7,
                                           2 * 16 + 7,
                                           6 * 16 + 7,
                                           -10 * 16 + 7,
                                           most * 16 + 7,
                                           -most * 16 + 7,
                                           kNoLowest,
                                           kNoLowest,
                                           kNoLowest,
                                           kNoLowest,
                                           12 * 16 + 7,
                                           7,
                                           7,
                                           7};
        std::copy_n(in, kBlockRun, samples);
        code_samples(samples, kBlockRun, 4, 7, static_cast<LiveSample*>(memory.data()));
        for (int x = 0; x < kBlockRun; ++x) EXPECT_EQ(static_cast<LiveSample*>(memory.data())[x], out[x]) << x;
    });
}

}  // namespace
}  // namespace nightstack
