// SPDX-License-Identifier: MIT
// How often each rule throws away good samples, and how many bad ones it finds.
#include <gtest/gtest.h>

#include <cmath>

#include "tiles.h"

namespace nightstack {
namespace {

constexpr int kWidth = 128;

int height_for(int frames) { return 40000 / frames / 8 + 10; }

Scene clean_sky(int frames) {
    return make_scene({.frames = frames, .width = kWidth, .height = height_for(frames), .seed = 40});
}

Result with(const Scene& scene, RejectKind kind) {
    return integrated(scene, {CombineKind::mean, default_rejection(kind)});
}

double rejected_share(const Result& r) {
    return static_cast<double>(r.counts.rejected_low + r.counts.rejected_high) / static_cast<double>(r.counts.samples);
}

// Expected shares of Gaussian noise of sigma 30 around 1000 at the customary numbers, simulated by a
// program in another language that shares nothing with ours but the definitions.
TEST(RejectRates, GoodSamplesLost) {
    struct Case {
        int frames;
        double sigma, winsorized, mad, median, linear, gesdt, percentile;
    };
    for (const Case& c :
         {Case{5, 0, 0.02168, 0.08119, 0, 0, 0.00995, 0.00112}, Case{8, 0, 0.01398, 0.05460, 0, 0, 0.01337, 0.00070},
          Case{20, 0.00113, 0.00732, 0.02150, 0.00115, 0.00504, 0.00565, 0.00057},
          Case{60, 0.00229, 0.00405, 0.00699, 0.00233, 0.02127, 0.00101, 0.00046},
          Case{200, 0.00282, 0.00314, 0.00372, 0.00288, 0.04034, 0.00023, 0.00043}}) {
        const Scene scene = clean_sky(c.frames);
        for (const auto& [kind, share] :
             {std::pair(RejectKind::none, 0.0), std::pair(RejectKind::sigma, c.sigma),
              std::pair(RejectKind::winsorized, c.winsorized), std::pair(RejectKind::mad, c.mad),
              std::pair(RejectKind::median, c.median), std::pair(RejectKind::linear, c.linear),
              std::pair(RejectKind::gesdt, c.gesdt), std::pair(RejectKind::percentile, c.percentile)}) {
            EXPECT_NEAR(rejected_share(with(scene, kind)), share, 0.08 * share + 2e-4) << name(kind) << c.frames;
        }
    }
}

// The significance is the share of clean pixels that lose a sample at all.
TEST(RejectRates, EsdKeepsItsPromise) {
    for (const int frames : {20, 60, 200}) {
        const Result r = with(clean_sky(frames), RejectKind::gesdt);
        int touched = 0;
        for (int y = 0; y < r.low.height(); ++y) {
            for (int x = 0; x < kWidth; ++x) touched += r.low.view()(x, y) + r.high.view()(x, y) > 0 ? 1 : 0;
        }
        EXPECT_NEAR(touched / static_cast<double>(kWidth * r.low.height()), 0.055, 0.02) << frames;
    }
}

// Samples 20 sigma too bright, at 1 and 5 %: how many of them are gone.
double found_share(const Scene& clean, double rate, RejectKind kind) {
    Scene scene;
    std::mt19937 rng(42);
    std::uniform_real_distribution<double> uniform(0, 1);
    double bad = 0;
    for (const auto& image : clean.pixels) {
        scene.pixels.push_back(image.clone());
        ImageView<float> view = scene.pixels.back().view();
        for (int y = 0; y < view.height(); ++y) {
            for (float& v : view.row(y)) {
                if (uniform(rng) >= rate) continue;
                v += 600;
                bad += 1;
            }
        }
        scene.frames.push_back({view});
    }
    const auto with_bad = static_cast<double>(with(scene, kind).counts.rejected_high);
    return (with_bad - static_cast<double>(with(clean, kind).counts.rejected_high)) / bad;
}

TEST(RejectRates, BadSamplesFound) {
    for (const int frames : {8, 20, 60, 200}) {
        const Scene clean = clean_sky(frames);
        for (const RejectKind kind :
             {RejectKind::winsorized, RejectKind::mad, RejectKind::gesdt, RejectKind::percentile}) {
            EXPECT_GT(found_share(clean, 0.01, kind), frames == 8 ? 0.95 : 0.99) << name(kind) << frames;
            EXPECT_GT(found_share(clean, 0.05, kind), frames == 8 ? 0.90 : 0.99) << name(kind) << frames;
        }
        // One among n stands at most (n - 1) / sqrt(n) deviations out, two among 20 hide each other.
        for (const RejectKind kind : {RejectKind::sigma, RejectKind::median}) {
            const double found = found_share(clean, 0.01, kind);
            EXPECT_GE(found, frames < 20 ? 0 : 0.98) << name(kind) << frames;
            EXPECT_LE(found, frames < 20 ? 0 : 1.02) << name(kind) << frames;
            if (frames < 60) continue;
            EXPECT_GT(found_share(clean, 0.05, kind), 0.97) << name(kind) << frames;
        }
        // A bright sample tilts the line it is held against.
        if (frames < 60) continue;
        EXPECT_GT(found_share(clean, 0.01, RejectKind::linear), 0.95) << frames;
    }
}

}  // namespace
}  // namespace nightstack
