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
        all.push_back({combine, {RejectKind::winsorized, 2, 2}});
        all.push_back({combine, {RejectKind::winsorized, 3, 3, 30}});
        all.push_back({combine, {RejectKind::sigma, 1.5, 2, 33}});
        all.push_back({combine, {RejectKind::mad, 3, 3}});
        all.push_back({combine, {RejectKind::mad, 1, 2}});
        all.push_back({combine, {RejectKind::mad, 1.5, 1, 33}});
        all.push_back({combine, {RejectKind::median, 3, 3}});
        all.push_back({combine, {RejectKind::median, 1.2, 1.5}});
        all.push_back({combine, {RejectKind::median, 1.2, 1.5, 33}});
        all.push_back({combine, {RejectKind::linear, 5, 5}});
        all.push_back({combine, {RejectKind::linear, 1.5, 2}});
        all.push_back({combine, {RejectKind::linear, 0.01, 0.01}});
        all.push_back({combine, {RejectKind::gesdt, 0.3, 0.05}});
        all.push_back({combine, {RejectKind::gesdt, 1, 0.5}});
        all.push_back({combine, {RejectKind::percentile, 0.2, 0.1}});
        all.push_back({combine, {RejectKind::percentile, 0.02, 0.03, 30}});
        all.push_back({combine, {RejectKind::winsorized, 2, 2.5, 20, 0.02, 10}});
        all.push_back({combine, {RejectKind::sigma, 2, 2, 0, 0.05, 980}});
        all.push_back({combine, {RejectKind::winsorized, 2, 2, 0, 0.03, 950}});
        all.push_back({combine, {RejectKind::mad, 1.5, 1, 10, 0.02, 10}});
        all.push_back({combine, {RejectKind::median, 1.2, 1.5, 10, 0.02, 10}});
        all.push_back({combine, {RejectKind::linear, 1.5, 2, 10, 0.02, 10}});
    }
    return all;
}

void expect_equal_to_twin(const SceneOptions& scene_options) {
    const Scene scene = make_scene(scene_options);
    for (const CombineOptions& options : all_options()) {
        ASSERT_EQ(difference(integrated(scene, options), integrated_by_twin(scene, options)), "")
            << scene_options.frames << " frames, " << name(options.combine) << ' ' << name(options.rejection.kind)
            << ' ' << options.rejection.low;
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

// The winsorized kernel stops when it can prove what the rounds left would keep. So: many pixels of all
// sorts, with bounds through the thick of the samples.
TEST(CombineTwin, WinsorizingStopsEarlyWithoutAnEffect) {
    std::mt19937 rng(15);
    std::normal_distribution<float> normal(0, 1);
    std::cauchy_distribution<float> wild(0, 1);
    const auto sample = [&](int sort) {
        if (sort == 0) return 1000 + 30 * normal(rng);
        if (sort == 1) return 1000 + wild(rng);
        if (sort == 2) return 100000 + normal(rng);                                       // coarse steps of float
        if (sort == 3) return (rng() % 3 == 0 ? 500.0F : -500.0F) + 10 * normal(rng);     // two groups
        return normal(rng) * (rng() % 2 == 0 ? 1.0F : 0.01F) + (rng() % 9 == 0 ? 5 : 0);  // a spike with wings
    };
    for (const int n : {4, 5, 7, 12, 20, 41, 64, 150}) {
        for (int sort = 0; sort < 5; ++sort) {
            Scene scene;
            for (int f = 0; f < n; ++f) {
                scene.pixels.emplace_back(160, 5000 / 160 / n + 3);
                ImageView<float> view = scene.pixels.back().view();
                for (int y = 0; y < view.height(); ++y) {
                    for (float& v : view.row(y)) v = rng() % 30 == 0 ? NAN : sample(sort);
                }
            }
            for (const auto& image : scene.pixels) scene.frames.push_back({image.cview()});
            for (const double kappa : {1.0, 1.5, 2.0, 2.5, 3.0, 4.0}) {
                CombineOptions options{CombineKind::mean, {RejectKind::winsorized, kappa, kappa + 0.3}};
                ASSERT_EQ(difference(integrated(scene, options), integrated_by_twin(scene, options)), "")
                    << n << " frames, sort " << sort << ", kappa " << kappa;
                options.rejection.least_sigma = 0.7;
                options.rejection.object_share = 0.02;
                options.rejection.sky_level = sort == 2 ? 99980 : 200;
                ASSERT_EQ(difference(integrated(scene, options), integrated_by_twin(scene, options)), "")
                    << n << " frames, sort " << sort << ", kappa " << kappa << ", known noise";
            }
        }
    }
}

// Float decides like double but for samples that lie on a bound within rounding.
struct Deviation {
    int decided_otherwise = 0;
    double largest = 0;
};

Deviation from_double(const Scene& scene, const CombineOptions& options) {
    Deviation found;
    const Result got = integrated(scene, options);
    std::vector<PixelSample> samples(scene.frames.size());
    for (int y = 0; y < got.value.height(); ++y) {
        for (int x = 0; x < got.value.width(); ++x) {
            for (std::size_t f = 0; f < samples.size(); ++f) {
                const FrameTile& t = scene.frames[f];
                samples[f] = {t.samples(x, y), t.scale, t.offset, t.weight, t.noise_variance};
            }
            const auto want = combine_pixel_reference<double>(samples, options);
            if (want.rejected_low != got.low.view()(x, y) || want.rejected_high != got.high.view()(x, y)) {
                ++found.decided_otherwise;
                continue;
            }
            found.largest = std::max(found.largest, std::abs(want.value - got.value.view()(x, y)));
            EXPECT_NEAR(got.variance.view()(x, y), want.variance, 1e-3 * want.variance + 1e-6);
        }
    }
    return found;
}

TEST(CombineTwin, FloatFollowsDouble) {
    for (const RejectKind kind : all_reject_kinds()) {
        for (const int n : {5, 20, 60}) {
            const Scene scene =
                make_scene({.frames = n, .width = 100, .height = 10, .outliers = 0.02, .uneven = true, .seed = 14});
            const Deviation found = from_double(scene, {CombineKind::mean, default_rejection(kind)});
            EXPECT_LE(found.decided_otherwise, 1) << name(kind) << n;  // of 1,000
            // performance.md 12; where outliers stay, or are what the sums start from, they round coarser
            const bool far = kind == RejectKind::none;
            EXPECT_LT(found.largest, far ? 1e-3 : 2e-4) << name(kind) << n;
        }
    }
}

}  // namespace
}  // namespace nightstack
