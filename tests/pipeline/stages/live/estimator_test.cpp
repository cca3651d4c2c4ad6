// SPDX-License-Identifier: MIT
// How good the clip is: its noise against the offline winsorized stack of the same samples, and that it is never
// silently wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "blocks.h"
#include "pipeline/core/image.h"
#include "pipeline/stages/integrate/combine.h"

namespace nightstack {
namespace {

constexpr double kLevel = 1000;
constexpr double kSigma = 256;

struct Errors {
    double live = 0, offline = 0;  // rms of the mean against the truth
    double flagged = 0;            // share of pixels with a flagged block
    double ratio() const { return live / offline; }
};

enum class Pass { live, finished };

std::vector<Block::Result> clip_frames(std::span<const FrameSamples> frames, int pixels, int depth) {
    Block block(pixels, depth);
    for (const FrameSamples& frame : frames) block.add(frame.units, 1, frame.weight);
    return block.clipped(rule_for(depth, kSigma));
}

std::vector<double> live_means(const std::vector<FrameSamples>& frames, int pixels, int depth, double& flagged,
                               Pass pass = Pass::live) {
    const auto n = static_cast<std::size_t>(pixels);
    std::vector<double> sum(n), weight(n), flags(n);
    for (std::size_t first = 0; first < frames.size(); first += kBlockFrames) {
        const auto part = std::span(frames).subspan(first, std::min<std::size_t>(kBlockFrames, frames.size() - first));
        std::vector<Block::Result> clipped = clip_frames(part, pixels, depth);
        const auto deep = pass == Pass::live ? clipped : clip_frames(part, pixels, kMostClipDepth);
        for (std::size_t i = 0; i < n; ++i) {
            if (pass == Pass::finished && clipped[i].flagged > 0) clipped[i] = deep[i];
            sum[i] += clipped[i].sum;
            weight[i] += clipped[i].weight;
            flags[i] += clipped[i].flagged;
        }
    }
    for (std::size_t i = 0; i < n; ++i) {
        sum[i] /= weight[i];
        flagged += flags[i] > 0 ? 1.0 / pixels : 0;
    }
    return sum;
}

std::vector<float> offline_means(const std::vector<FrameSamples>& frames, int pixels) {
    std::vector<Image<float>> planes;
    std::vector<FrameTile> tiles;
    for (const FrameSamples& frame : frames) {
        planes.emplace_back(pixels, 1);
        std::copy(frame.units.begin(), frame.units.end(), planes.back().view().row_data(0));
        tiles.push_back({planes.back().view()});
    }
    Image<float> value(pixels, 1), variance(pixels, 1);
    Image<std::uint16_t> coverage(pixels, 1), low(pixels, 1), high(pixels, 1);
    CombineScratch scratch;
    integrate_tile({value.view(), variance.view(), coverage.view(), low.view(), high.view()}, tiles,
                   {CombineKind::mean, default_rejection(RejectKind::winsorized)}, scratch);
    return {value.view().row_data(0), value.view().row_data(0) + pixels};
}

Errors errors(int frames, double rate, int depth, Pass pass = Pass::live) {
    const int pixels = std::max(1024, 160000 / frames / kBlockRun * kBlockRun);
    std::mt19937_64 random(static_cast<std::uint64_t>(frames) * 10 + static_cast<std::uint64_t>(1000 * rate));
    const std::vector<FrameSamples> drawn =
        draw_frames({.frames = frames, .pixels = pixels, .rate = rate, .level = kLevel, .sigma = kSigma}, random);
    Errors e;
    const std::vector<double> live = live_means(drawn, pixels, depth, e.flagged, pass);
    const std::vector<float> offline = offline_means(drawn, pixels);
    for (std::size_t i = 0; i < live.size(); ++i) {
        e.live += (live[i] - kLevel) * (live[i] - kLevel) / pixels;
        e.offline += (offline[i] - kLevel) * (offline[i] - kLevel) / pixels;
    }
    e.live = std::sqrt(e.live);
    e.offline = std::sqrt(e.offline);
    return e;
}

// At most 6 % noisier than the offline winsorized stack up to 12 frames, 2 % from 20 to 1000.
TEST(Estimator, IsAsGoodAsTheOfflineStack) {
    for (const double rate : {0.0, 0.005, 0.01}) {
        for (const int frames : {3, 4, 5, 6, 8, 10, 12, 20, 40, 60, 74, 100, 200, 500, 1000}) {
            const Errors e = errors(frames, rate, 4);
            std::printf("rate %.3f, %4d frames: %.3f of the offline noise, flagged %.2f %%\n", rate, frames, e.ratio(),
                        100 * e.flagged);
            EXPECT_LE(e.ratio(), frames <= 12 ? 1.06 : 1.02) << frames << " frames, rate " << rate;
        }
    }
}

TEST(Estimator, FivePercentOfOutliersWantLongerLists) {
    for (const int frames : {20, 74, 200, 1000}) {
        const Errors e = errors(frames, 0.05, 8);
        std::printf("rate 0.050, %4d frames, k 8: %.3f of the offline noise, flagged %.2f %%\n", frames, e.ratio(),
                    100 * e.flagged);
        EXPECT_LE(e.ratio(), 1.02) << frames;
    }
}

TEST(Estimator, FivePercentOfOutliersAreGoneAfterTheFinishingPass) {
    for (const int frames : {12, 20, 74, 200, 1000}) {
        const Errors e = errors(frames, 0.05, 4, Pass::finished);
        std::printf("rate 0.050, %4d frames, k 4 finished: %.3f of the offline noise, flagged %.2f %%\n", frames,
                    e.ratio(), 100 * e.flagged);
        EXPECT_LE(e.ratio(), frames <= 12 ? 1.06 : 1.02) << frames;
        EXPECT_EQ(e.flagged, 0);
    }
}

// What clip.h says of pixels without a flag, where outliers abound and many are alike.
TEST(Estimator, WhatIsWrongIsFlagged) {
    std::mt19937_64 random(77);
    std::uniform_int_distribution<int> some(0, 12);
    int flagged = 0, checked = 0;
    for (int round = 0; round < 4000; ++round) {
        const int depth = round % 2 == 0 ? 4 : 8;
        const ClipRule rule = rule_for(depth, kSigma);
        const int frames = 9 + round % 56;
        std::vector<FrameSamples> drawn = draw_frames({.frames = frames, .pixels = 1, .rate = 0.02}, random);
        const float alike = static_cast<float>(kLevel + kSigma * (3 + round % 20));
        for (int i = 0, n = std::min(some(random), frames); i < n; ++i)
            drawn[static_cast<std::size_t>(i)].units[0] = alike;
        std::vector<reference::TwinSample> samples;
        for (const FrameSamples& f : drawn) samples.push_back({f.units[0], f.weight});
        const reference::TwinClip clip = reference::clip_twin(samples, rule);
        flagged += clip.flagged ? 1 : 0;
        if (clip.flagged) continue;
        ++checked;
        const double mean = clip.mean();
        const double own = std::max(0.0, clip.squares() - clip.sum() * mean) / std::max(1, clip.count - 1);
        const double widest = std::max(rule.variance * kLiveWeightOne, own / (0.98658 * 0.98658));
        for (std::size_t i = 0; i < clip.sorted.size(); ++i) {
            const double off = clip.sorted[i].value - mean;
            if (clip.taken[i]) {
                ASSERT_LE(off * off * clip.sorted[i].weight, 9 * widest * (1 + 1.0 / clip.count) * (1 + 1e-12))
                    << "round " << round << ", sample " << i << " of " << frames;
            }
        }
    }
    EXPECT_GT(flagged, 300);
    EXPECT_GT(checked, 2000);
}

// A trail through one frame disappears wherever it comes, also in the last, short block.
TEST(Estimator, ATrailDisappearsWhereverItComes) {
    std::mt19937_64 random(3);
    for (const std::size_t at : {0U, 59U, 69U, 73U}) {
        std::vector<FrameSamples> frames =
            draw_frames({.frames = 74, .pixels = 4096, .level = kLevel, .sigma = kSigma}, random);
        double flagged = 0;
        const std::vector<double> without = live_means(frames, 4096, 4, flagged);
        for (float& v : frames[at].units) v += static_cast<float>(15 * kSigma);
        const std::vector<double> with = live_means(frames, 4096, 4, flagged);
        double bias = 0;
        for (std::size_t i = 0; i < with.size(); ++i) bias += (with[i] - without[i]) / 4096;
        EXPECT_LT(std::abs(bias), 0.02 * kSigma / std::sqrt(74.0) + 0.01 * kSigma / 74) << "trail in frame " << at + 1;
    }
}

}  // namespace
}  // namespace nightstack
