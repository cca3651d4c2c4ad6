// SPDX-License-Identifier: MIT
// A frame whose stars fill a small part of it: there a homography fits to a hundredth of a pixel, and
// folds over on its way to the other end.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "tests/pipeline/graph/rendered_night.h"

namespace nightstack {
namespace {

constexpr int kW = 1500;
constexpr int kH = 400;
constexpr Rect kPatch{80, 120, 130, 130};  // where the odd frame has stars

struct Painted {
    std::vector<Image<float>> pictures;
    std::vector<Light> lights;
};

struct SceneStar {
    Point at;  // in the reference
    double flux = 0;
};

std::vector<SceneStar> scene() {
    std::mt19937 rng(12);
    const auto u = [&](double a, double b) { return a + (b - a) * static_cast<double>(rng()) / 4294967296.0; };
    std::vector<SceneStar> stars;
    for (int j = 0; j < 7; ++j) {
        for (int i = 0; i < 7; ++i) {
            stars.push_back({{kPatch.x + 18.6 * i + u(0, 10), kPatch.y + 18.6 * j + u(0, 10)}, u(2e4, 2e5)});
        }
    }
    for (int i = 0; i < 60; ++i) stars.push_back({{u(260, kW - 10), u(10, kH - 10)}, u(2e4, 2e5)});
    return stars;
}

// Gaussian stars of 3 px FWHM on a noisy sky.
Image<float> painted(const std::vector<SceneStar>& stars, const Transform& frame_from_ref, unsigned seed) {
    Image<float> picture(kW, kH);
    std::mt19937 rng(seed);
    std::normal_distribution<float> noise(500, 10);
    for (int y = 0; y < kH; ++y) {
        for (float& v : picture.view().row(y)) v = noise(rng);
    }
    constexpr double kSigma = 3 / 2.3548;
    for (const SceneStar& star : stars) {
        const Point c = frame_from_ref(star.at);
        for (int y = std::max(0, static_cast<int>(c.y) - 9); y < std::min(kH, static_cast<int>(c.y) + 10); ++y) {
            for (int x = std::max(0, static_cast<int>(c.x) - 9); x < std::min(kW, static_cast<int>(c.x) + 10); ++x) {
                const double r2 = (x - c.x) * (x - c.x) + (y - c.y) * (y - c.y);
                const double peak = star.flux / (2 * 3.14159265 * kSigma * kSigma);
                picture.view()(x, y) += static_cast<float>(peak * std::exp(-r2 / (2 * kSigma * kSigma)));
            }
        }
    }
    return picture;
}

// ref_from_frame of the odd one: near the identity about the middle of its patch, over infinity at x = 1350.
Transform folding() {
    const Point m{kPatch.x + 65.0, kPatch.y + 65.0};
    return Transform::shift(m.x, m.y) * Transform({1, 0, 0, 0, 1, 0, -1.0 / 1200, 0, 1}) * Transform::shift(-m.x, -m.y);
}

// Four frames; the mount's tilt makes homographies of all but the odd one too.
Painted night(std::size_t odd) {
    const std::vector<SceneStar> all = scene();
    const std::vector<SceneStar> patch(all.begin(), all.begin() + 49);
    Painted p;
    for (std::size_t i = 0; i < 4; ++i) {
        const double k = static_cast<double>(i);
        const Transform tilted({1, 0, 2 * k, 0, 1, -k, 1e-6 * k, -1e-6 * k, 1});
        p.pictures.push_back(i == odd ? painted(patch, folding().inverse(), 50)
                                      : painted(all, tilted, 60U + unsigned(i)));
    }
    for (std::size_t i = 0; i < 4; ++i) {
        p.lights.push_back(light_of(p.pictures[i].cview(), {kW, kH, PixelKind::mono, {}}, "light" + std::to_string(i)));
    }
    return p;
}

OfflineOptions homographies() {
    OfflineOptions options;
    options.registration.reference = 0;
    options.registration.registration.model = TransformModel::homography;
    JudgeOptions& judge = options.registration.judge;  // fewer stars are no crime here
    for (FigureOptions* f :
         {&judge.fwhm, &judge.roundness, &judge.stars, &judge.background, &judge.transparency, &judge.residual}) {
        f->enabled = false;
    }
    return options;
}

TEST(FoldedFrame, CostsOnlyItselfWhateverTheFraming) {
    const Painted p = night(2);
    for (const Framing framing : {Framing::max, Framing::common, Framing::reference}) {
        OfflineOptions options = homographies();
        options.framing = framing;
        const Stack s = run_night(p.lights, options);
        EXPECT_EQ(s.summary.model, TransformModel::homography);
        EXPECT_EQ(s.summary.stacked, 3U);
        const LightReport& odd = s.summary.lights[2];
        EXPECT_EQ(odd.judgement.verdict, Verdict::rejected);
        EXPECT_EQ(odd.judgement.reason, Reason::no_match);
        EXPECT_NE(odd.judgement.text.find("folds the frame over (denominator -0"), std::string::npos)
            << odd.judgement.text;
        EXPECT_FALSE(odd.ref_from_frame);
        EXPECT_LT(s.summary.canvas.width, kW + 30);
        if (framing != Framing::max) continue;
        std::vector<Light> without = p.lights;
        without[2].settled = Judgement{Verdict::rejected, Reason::user, "out", {}};
        EXPECT_TRUE(s.same_pixels(run_night(without, options)));
    }
}

// It cannot be stacked even if its owner insists, and its own place as the reference is not in question.
TEST(FoldedFrame, ForcingItDoesNotHelpButTheReferenceIsAlwaysKept) {
    Painted p = night(2);
    p.lights[2].forced = true;
    EXPECT_EQ(run_night(p.lights, homographies()).summary.lights[2].judgement.verdict, Verdict::rejected);
    OfflineOptions options = homographies();
    options.registration.reference = 2;
    const Stack s = run_night(p.lights, options);
    EXPECT_EQ(s.summary.reference, 2U);
    EXPECT_EQ(s.summary.stacked, 1U);
    EXPECT_EQ(s.summary.rejected, 3U);
}

// The same stars do well under a model that cannot fold.
TEST(FoldedFrame, TheModelAskedForServesTheNight) {
    const Painted p = night(2);
    for (const TransformModel model :
         {TransformModel::similarity, TransformModel::affine, TransformModel::homography}) {
        OfflineOptions options = homographies();
        options.registration.registration.model = model;
        const Stack s = run_night(p.lights, options);
        EXPECT_EQ(s.summary.model, model);
        EXPECT_EQ(s.summary.stacked, model == TransformModel::homography ? 3U : 4U) << name(model);
    }
}

}  // namespace
}  // namespace nightstack
