// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/links/patch_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tests/support/pano/grey_scene.h"

namespace nightstack {
namespace {

// A smooth texture, in pixels; b sees it shifted, tilted, dimmed and noisy.
struct TwoPictures {
    Image<float> a, b;
};

struct PatchTruth {
    double dx = 0, dy = 0;
    std::array<double, 4> b_from_a{1, 0, 0, 1};
    double gain = 1, offset = 0, noise = 0;
};

constexpr int kPatchSide = 61;
constexpr double kPatchMiddle = 30;

TwoPictures two_pictures(unsigned seed, const PatchTruth& truth) {
    const GreyScene scene = grey_texture(seed, 0.05, 3);
    const auto look = [&](double x, double y) { return scene({x / 100, y / 100, 1}); };  // finest: 5 px
    const auto& m = truth.b_from_a;
    const double det = m[0] * m[3] - m[1] * m[2];
    std::mt19937 rng(seed);
    TwoPictures out{Image<float>(kPatchSide, kPatchSide), Image<float>(kPatchSide, kPatchSide)};
    for (int y = 0; y < kPatchSide; ++y) {
        for (int x = 0; x < kPatchSide; ++x) {
            const auto noise = [&] {
                double sum = 0;
                for (int i = 0; i < 4; ++i) sum += static_cast<double>(rng()) / 4294967296.0 - 0.5;
                return truth.noise * sum * std::sqrt(3.0);
            };
            out.a.view()(x, y) = static_cast<float>(look(x, y) + noise());
            const double u = x - kPatchMiddle - truth.dx, v = y - kPatchMiddle - truth.dy;
            const double value =
                look(kPatchMiddle + (m[3] * u - m[1] * v) / det, kPatchMiddle + (m[0] * v - m[2] * u) / det);
            out.b.view()(x, y) = static_cast<float>(truth.gain * value + truth.offset + noise());
        }
    }
    return out;
}

double worst_of_patches(PatchTruth truth, int pictures, double aimed_off) {
    std::mt19937 rng(11);
    const auto dice = [&](double r) { return r * (2 * static_cast<double>(rng()) / 4294967296.0 - 1); };
    double worst = 0;
    for (int i = 0; i < pictures; ++i) {
        truth.dx = dice(3);
        truth.dy = dice(3);
        const TwoPictures p = two_pictures(static_cast<unsigned>(i + 1), truth);
        const PatchAim aim{{kPatchMiddle, kPatchMiddle},
                           {kPatchMiddle + truth.dx + dice(aimed_off), kPatchMiddle + truth.dy + dice(aimed_off)},
                           truth.b_from_a,
                           4};
        const auto found = fit_patch(p.a.cview(), p.b.cview(), aim);
        EXPECT_TRUE(found) << i;
        if (!found) continue;
        const double off = std::hypot(found->b.x - kPatchMiddle - truth.dx, found->b.y - kPatchMiddle - truth.dy);
        worst = std::max(worst, off);
        EXPECT_GT(found->likeness, 0.9);
        EXPECT_LT(off, 6 * found->sigma_px + 0.02);
    }
    return worst;
}

TEST(PatchFit, IsGoodToHundredthsOfAPixel) { EXPECT_LT(worst_of_patches({}, 40, 1.2), 0.02); }

TEST(PatchFit, DoesNotCareForBrightnessAndContrast) {
    PatchTruth truth;
    truth.gain = 0.4;
    truth.offset = 90;
    EXPECT_LT(worst_of_patches(truth, 30, 1), 0.02);
}

TEST(PatchFit, FollowsRollAndScale) {
    PatchTruth truth;
    const double angle = 0.3;
    truth.b_from_a = {1.1 * std::cos(angle), -1.1 * std::sin(angle), 1.1 * std::sin(angle), 1.1 * std::cos(angle)};
    EXPECT_LT(worst_of_patches(truth, 30, 1), 0.03);
}

TEST(PatchFit, StandsNoise) {
    PatchTruth truth;
    truth.noise = 3;
    EXPECT_LT(worst_of_patches(truth, 30, 0.8), 0.12);
}

TEST(PatchFit, SaysHowSureItIs) {
    // Ten times the noise: ten times the error, and sigma says so.
    const TwoPictures quiet = two_pictures(5, {.dx = 0.3, .dy = 0.2, .noise = 0.6});
    const TwoPictures loud = two_pictures(5, {.dx = 0.3, .dy = 0.2, .noise = 6});
    const PatchAim aim{{kPatchMiddle, kPatchMiddle}, {kPatchMiddle, kPatchMiddle}, {1, 0, 0, 1}, 4};
    const auto a = fit_patch(quiet.a.cview(), quiet.b.cview(), aim), b = fit_patch(loud.a.cview(), loud.b.cview(), aim);
    ASSERT_TRUE(a && b);
    EXPECT_GT(b->sigma_px, 4 * a->sigma_px);
}

TEST(PatchFit, FindsNothingWhereThereIsNothing) {
    const TwoPictures p = two_pictures(1, {});
    const Image<float> flat(kPatchSide, kPatchSide);
    Image<float> stripes(kPatchSide, kPatchSide);
    for (int y = 0; y < kPatchSide; ++y)
        for (int x = 0; x < kPatchSide; ++x) stripes.view()(x, y) = static_cast<float>(100 * std::sin(x * 0.4));
    const PatchAim aim{{30, 30}, {30, 30}, {1, 0, 0, 1}, 4};
    EXPECT_FALSE(fit_patch(flat.cview(), p.b.cview(), aim));
    EXPECT_FALSE(fit_patch(p.a.cview(), flat.cview(), aim));
    EXPECT_FALSE(fit_patch(stripes.cview(), stripes.cview(), aim));
    EXPECT_FALSE(fit_patch({}, {}, aim));
}

// Up to the last place at which the patch and its taps are inside it is found; beyond nothing is read.
TEST(PatchFit, KeepsInsideBothPictures) {
    const TwoPictures p = two_pictures(2, {});
    int found = 0;
    for (int x = -5; x < kPatchSide + 5; ++x) {
        const PatchAim aim{{static_cast<double>(x), 30}, {static_cast<double>(x), 30}, {1, 0, 0, 1}, 4};
        const auto at = fit_patch(p.a.cview(), p.b.cview(), aim);
        if (!at) continue;
        ++found;
        EXPECT_GE(x, kPatchRadius + 1);
        EXPECT_LE(x, kPatchSide - 2 - kPatchRadius);
        EXPECT_NEAR(at->b.x, x, 1e-3);
    }
    EXPECT_GE(found, kPatchSide - 2 * (kPatchRadius + 2) - 4);
}

TEST(PatchFit, RefusesNonsense) {
    const TwoPictures p = two_pictures(3, {});
    const double nan = std::numeric_limits<double>::quiet_NaN(), huge = 1e300;
    for (const double bad : {nan, huge, -huge, 1e10, -1e10}) {
        EXPECT_FALSE(fit_patch(p.a.cview(), p.b.cview(), {{bad, 30}, {30, 30}, {1, 0, 0, 1}, 4}));
        EXPECT_FALSE(fit_patch(p.a.cview(), p.b.cview(), {{30, 30}, {bad, 30}, {1, 0, 0, 1}, 4}));
        EXPECT_FALSE(fit_patch(p.a.cview(), p.b.cview(), {{30, 30}, {30, 30}, {bad, 0, 0, 1}, 4}));
    }
    EXPECT_FALSE(fit_patch(p.a.cview(), p.b.cview(), {{30, 30}, {30, 30}, {1, 0, 0, 1}, nan}));
    Image<float> broken(kPatchSide, kPatchSide);
    for (int y = 0; y < kPatchSide; ++y)
        for (float& v : broken.view().row(y)) v = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE(fit_patch(broken.cview(), p.b.cview(), {{30, 30}, {30, 30}, {1, 0, 0, 1}, 4}));
    EXPECT_FALSE(fit_patch(p.a.cview(), broken.cview(), {{30, 30}, {30, 30}, {1, 0, 0, 1}, 4}));
}

}  // namespace
}  // namespace nightstack
