// SPDX-License-Identifier: MIT
// The kernels against the plain definition, bit for bit: all rates, numbers, depths, orders and instruction levels.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "blocks.h"
#include "tests/support/every_level.h"

namespace nightstack {
namespace {

std::vector<Block::Result> kernel(const std::vector<FrameSamples>& frames, const ClipRule& rule, int pixels) {
    Block block(pixels, rule.depth);
    for (const FrameSamples& frame : frames) block.add(frame.units, 1, frame.weight);
    return block.clipped(rule);
}

void expect_twin(const SampleKind& kind, const ClipRule& rule, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const std::vector<FrameSamples> frames = draw_frames(kind, random);
    const std::vector<Block::Result> got = kernel(frames, rule, kind.pixels);
    for (std::size_t i = 0; i < got.size(); ++i) {
        const Block::Result twin = twin_of(frames, i, rule);
        ASSERT_TRUE(got[i] == twin) << "pixel " << i << " of " << kind.frames << " frames, rate " << kind.rate << ", k "
                                    << rule.depth << ": " << got[i].count << " of them taken, sum " << got[i].sum
                                    << ", by the definition " << twin.count << ", " << twin.sum;
    }
}

TEST(Clip, IsItsDefinitionForEveryNumberOfFrames) {
    at_every_level([] {
        for (const int depth : {2, 3, 4, 8, 32}) {
            for (int n = 1; n <= kBlockFrames; n += n < 36 ? 1 : 7) {
                for (const double rate : {0.0, 0.01, 0.2})
                    expect_twin({.frames = n, .pixels = 32, .rate = rate, .missing = 0.1, .weights = n % 2 == 0},
                                rule_for(depth, 256), static_cast<std::uint64_t>(n * 100 + depth));
            }
        }
    });
}

TEST(Clip, IsItsDefinitionWhereKappasAndNoiseAreOdd) {
    at_every_level([] {
        for (const double sigma : {1.0, 64.0, 4000.0}) {
            ClipRule rule = rule_for(4, sigma);
            rule.kappa_low = 2;
            rule.kappa_high = 4;
            rule.object_share = 0.1;
            rule.signal_variance = 2;
            for (const double level : {-3000.0, 0.0, 2e5, 2e6})
                expect_twin({.frames = 40, .pixels = 64, .rate = 0.05, .level = level, .weights = true}, rule, 5);
        }
    });
}

TEST(Clip, OrderInsideABlockDoesNotMatter) {
    std::mt19937_64 random(9);
    std::vector<FrameSamples> frames =
        draw_frames({.frames = 50, .pixels = 64, .rate = 0.05, .missing = 0.2, .weights = true}, random);
    const ClipRule rule = rule_for(4, 256);
    const std::vector<Block::Result> first = kernel(frames, rule, 64);
    for (int i = 0; i < 20; ++i) {
        std::shuffle(frames.begin(), frames.end(), random);
        ASSERT_EQ(kernel(frames, rule, 64), first);
    }
}

TEST(Clip, ValuesBeyondTheRangeStandAtItsEnds) {
    at_every_level([] {
        std::vector<FrameSamples> frames(3);
        for (FrameSamples& f : frames) f.units.assign(kBlockRun, 100);
        frames[0].units.assign({1e30F, -1e30F, 2097151, -2097151, std::numeric_limits<float>::infinity(), 2097152});
        frames[0].units.resize(kBlockRun, 0);
        Block block(kBlockRun, 2);
        block.add(frames[0].units, 1, kLiveWeightOne);
        const std::vector<Block::Result> got = block.clipped(rule_for(2, 1));
        EXPECT_EQ(got[0].sum, kLiveWeightOne * kMostLiveValue);
        EXPECT_EQ(got[1].sum, -kLiveWeightOne * kMostLiveValue);
        EXPECT_EQ(got[2].sum, kLiveWeightOne * kMostLiveValue);
        EXPECT_EQ(got[4].count, 0) << "infinite: not covered";
        EXPECT_EQ(got[5].sum, kLiveWeightOne * kMostLiveValue);
    });
}

// Sums of a full block of the largest samples are exact.
TEST(Clip, AFullBlockOfTheLargestSamplesIsExact) {
    at_every_level([] {
        Block block(kBlockRun, 4);
        const std::vector<float> most(kBlockRun, static_cast<float>(kMostLiveValue));
        for (int i = 0; i < kBlockFrames; ++i) block.add(most, 1, kMostLiveWeight);
        const Block::Result got = block.clipped(rule_for(4, 1)).front();
        EXPECT_EQ(got.count, kBlockFrames);
        EXPECT_EQ(got.weight, kBlockFrames * kMostLiveWeight);
        EXPECT_EQ(got.sum, kBlockFrames * kMostLiveWeight * kMostLiveValue);
        EXPECT_EQ(got.squares, kBlockFrames * kMostLiveWeight * kMostLiveValue * kMostLiveValue);
    });
}

TEST(Clip, MoreOutliersThanTheListsHoldAreFlagged) {
    std::vector<FrameSamples> frames(30);
    for (std::size_t i = 0; i < frames.size(); ++i)
        frames[i].units.assign(kBlockRun, i < 5 ? 9000.0F : 1000.0F + static_cast<float>(i % 3));
    const ClipRule rule = rule_for(4, 16);
    const Block::Result got = kernel(frames, rule, kBlockRun).front();
    EXPECT_EQ(got.flagged, 1) << "the hidden fifth makes the deviation so large that the four are let in";
    frames.erase(frames.begin());
    const Block::Result fits = kernel(frames, rule, kBlockRun).front();
    EXPECT_EQ(fits.high, 4);
    EXPECT_EQ(fits.flagged, 1) << "all four places taken: a fifth might hide behind them";
    frames.erase(frames.begin());
    EXPECT_EQ(kernel(frames, rule, kBlockRun).front().flagged, 0);
}

}  // namespace
}  // namespace nightstack
