// SPDX-License-Identifier: MIT
// Bit for bit against the plain float twin, and the float twin against double.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/reference/integrate/combine_reference.h"
#include "tiles.h"

namespace nightstack {
namespace {

std::vector<CombineOptions> all_options() {
    std::vector<CombineOptions> all;
    for (const CombineKind combine : {CombineKind::mean, CombineKind::median}) {
        all.push_back({combine, {RejectKind::none}});
        all.push_back({combine, {RejectKind::sigma, 3, 3}});
        all.push_back({combine, {RejectKind::sigma, 1.5, 2}});
        all.push_back({combine, {RejectKind::winsorized, 3, 3}});
        all.push_back({combine, {RejectKind::winsorized, 2.5, 1.2}});
        all.push_back({combine, {RejectKind::winsorized, 0.05, 0.05}});
        all.push_back({combine, {RejectKind::winsorized, 3, 3, 30}});
        all.push_back({combine, {RejectKind::sigma, 1.5, 2, 33}});
        all.push_back({combine, {RejectKind::winsorized, 2, 2.5, 20, 0.02, 10}});
        all.push_back({combine, {RejectKind::sigma, 2, 2, 0, 0.05, 980}});
    }
    return all;
}

void expect_equal_to_twin(const SceneOptions& scene_options) {
    const Scene scene = make_scene(scene_options);
    for (const CombineOptions& options : all_options()) {
        ASSERT_EQ(difference(integrated(scene, options), integrated_by_twin(scene, options)), "")
            << scene_options.frames << " frames, " << name(options.combine) << ' ' << name(options.rejection.kind)
            << ' ' << options.rejection.kappa_low;
    }
}

TEST(CombineTwin, EveryCountOfFrames) {
    for (int n = 1; n <= 70; ++n) {
        expect_equal_to_twin(
            {.frames = n, .height = 1, .outliers = 0.03, .uneven = true, .seed = 100U + static_cast<unsigned>(n)});
    }
    expect_equal_to_twin({.frames = 200, .height = 1, .outliers = 0.03, .seed = 5});
    expect_equal_to_twin({.frames = 777, .width = 17, .height = 1, .missing = 0.2, .outliers = 0.01, .seed = 6});
}

TEST(CombineTwin, RandomCoverage) {
    for (const int n : {1, 2, 3, 4, 5, 8, 20, 33}) {
        for (const double missing : {0.05, 0.5, 0.9}) {
            expect_equal_to_twin({.frames = n, .missing = missing, .outliers = 0.05, .uneven = true, .seed = 7});
        }
    }
}

TEST(CombineTwin, WeightsOfSingleSamples) {
    for (const int n : {1, 2, 5, 20, 33}) {
        for (const bool tested : {false, true}) {
            expect_equal_to_twin({.frames = n,
                                  .missing = 0.3,
                                  .outliers = 0.05,
                                  .parts = true,
                                  .tested = tested,
                                  .uneven = true,
                                  .seed = 15});
        }
    }
}

TEST(CombineTwin, OutlierRates) {
    for (const double rate : {0.0, 0.01, 0.05, 0.3}) {
        expect_equal_to_twin({.frames = 20, .outliers = rate, .seed = 8});
        expect_equal_to_twin({.frames = 60, .height = 2, .outliers = rate, .seed = 9});
    }
}

TEST(CombineTwin, TiesAndEqualValues) {
    for (const int n : {4, 5, 20, 31}) {
        expect_equal_to_twin({.frames = n, .outliers = 0.05, .coarse = true, .seed = 10});
        Scene flat = make_scene({.frames = n, .sigma = 0, .seed = 11});
        for (const CombineOptions& options : all_options()) {
            const Result r = integrated(flat, options);
            ASSERT_EQ(difference(r, integrated_by_twin(flat, options)), "");
            ASSERT_EQ(r.value.view()(3, 2), 1000);
            ASSERT_EQ(r.high.view()(3, 2) + r.low.view()(3, 2), 0);
        }
    }
}

TEST(CombineTwin, InfinitiesAreNoSamples) {
    Scene scene = make_scene({.frames = 12, .outliers = 0.05, .seed = 12});
    constexpr float inf = std::numeric_limits<float>::infinity();
    for (int x = 0; x < 37; ++x) {
        scene.pixels[static_cast<std::size_t>(x % 12)].view()(x, 1) = inf;
        scene.pixels[static_cast<std::size_t>((x + 5) % 12)].view()(x, 1) = -inf;
        scene.pixels[static_cast<std::size_t>(x % 12)].view()(x, 2) = std::numeric_limits<float>::max();
    }
    scene.frames[3].scale = 2;  // the greatest float doubles to infinity
    for (const CombineOptions& options : all_options()) {
        if (options.rejection.kind == RejectKind::sigma) continue;  // squares of the greatest float
        const Result r = integrated(scene, {options.combine, {RejectKind::winsorized}});
        EXPECT_EQ(r.coverage.view()(0, 1), 10);
        EXPECT_EQ(r.coverage.view()(3, 2), 11);
        for (int x = 0; x < 37; ++x) EXPECT_TRUE(std::isfinite(r.value.view()(x, 1)));
    }
}

TEST(CombineTwin, EveryCpuLevelGivesTheSameBits) {
    const Scene scene = make_scene({.frames = 25,
                                    .width = 75,
                                    .missing = 0.1,
                                    .outliers = 0.05,
                                    .parts = true,
                                    .tested = true,
                                    .uneven = true,
                                    .seed = 13});
    for (const CombineOptions& options : all_options()) {
        const Result best = integrated(scene, options);
        at_every_cpu_level([&] { EXPECT_EQ(difference(best, integrated(scene, options)), ""); });
    }
}

// Float decides like double but for samples that lie on a bound within rounding.
TEST(CombineTwin, FloatFollowsDouble) {
    int decided_otherwise = 0;
    double largest = 0;
    for (const int n : {5, 20, 60}) {
        const Scene scene =
            make_scene({.frames = n, .width = 100, .height = 20, .outliers = 0.02, .uneven = true, .seed = 14});
        const CombineOptions options;
        const Result got = integrated(scene, options);
        std::vector<PixelSample> samples(static_cast<std::size_t>(n));
        for (int y = 0; y < 20; ++y) {
            for (int x = 0; x < 100; ++x) {
                for (std::size_t f = 0; f < samples.size(); ++f) {
                    const FrameTile& t = scene.frames[f];
                    samples[f] = {t.samples(x, y), t.scale, t.offset, t.weight, t.noise_variance};
                }
                const auto want = combine_pixel_reference<double>(samples, options);
                if (want.rejected_low != got.low.view()(x, y) || want.rejected_high != got.high.view()(x, y)) {
                    ++decided_otherwise;
                    continue;
                }
                largest = std::max(largest, std::abs(want.value - got.value.view()(x, y)));
                EXPECT_NEAR(got.variance.view()(x, y), want.variance, 1e-3 * want.variance + 1e-6);
            }
        }
    }
    EXPECT_LE(decided_otherwise, 2);  // of 6,000
    EXPECT_LT(largest, 2e-4);         // performance.md 12
}

}  // namespace
}  // namespace nightstack
