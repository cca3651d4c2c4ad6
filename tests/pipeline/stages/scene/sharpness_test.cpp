// SPDX-License-Identifier: MIT
// Frames come in the order of their blur, whatever noise, gain and offset do.
#include "pipeline/stages/scene/sharpness.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "tests/pipeline/stages/scene/scenes.h"

namespace nightstack {
namespace {

constexpr int kWidth = 400, kHeight = 300;

TEST(Sharpness, OrdersFramesOfTheMoonByTheirBlur) {
    const Scene scene = moon(3, {200, 150}, 110);
    std::mt19937 rng(1);
    std::uniform_real_distribution<double> unit(0, 1);
    double before = 1e9;
    for (double sigma = 0.8; sigma < 3.5; sigma *= 1.1) {  // a tenth more blur at a time
        Shot shot{Transform::shift(8 * unit(rng), 8 * unit(rng)), 0, 0, 0, 1};
        shot.gain = 3000 + 9000 * unit(rng);  // thin cloud
        shot.offset = 1000 * unit(rng);
        Image<float> frame = blurred(drawn(scene, kWidth, kHeight, shot).cview(), sigma);
        add_noise(frame.view(), 0.01 * 9000 * (0.5 + unit(rng)), static_cast<unsigned>(100 * sigma));
        const double s = sharpness(frame.cview());
        EXPECT_LT(s, before) << sigma;
        before = s;
    }
}

TEST(Sharpness, NoiseAddsNothing) {
    const Image<float> clean = blurred(drawn(landscape(4, kWidth, kHeight), kWidth, kHeight, {}).cview(), 1.2);
    const double truth = sharpness(clean.cview());
    for (const double noise : {50.0, 200.0, 800.0}) {
        Image<float> noisy = clean.clone();
        add_noise(noisy.view(), noise, 9);
        EXPECT_NEAR(sharpness(noisy.cview()), truth, 0.05 * truth) << noise;
    }
}

TEST(Sharpness, IsNothingWhereNothingIs) {
    EXPECT_EQ(sharpness(ImageView<const float>()), 0);
    EXPECT_EQ(sharpness(Image<float>(31, 400).cview()), 0);
    Image<float> flat(64, 64);
    for (int y = 0; y < 64; ++y) {
        for (float& v : flat.view().row(y)) v = 1234;
    }
    EXPECT_EQ(sharpness(flat.cview()), 0);
    flat.view()(30, 30) = std::numeric_limits<float>::quiet_NaN();
    EXPECT_EQ(sharpness(flat.cview()), 0);
}

}  // namespace
}  // namespace nightstack
