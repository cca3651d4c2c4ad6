// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/features/describe.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/support/pano/grey_scene.h"

namespace nightstack {
namespace {

constexpr double kTurn = 2 * std::numbers::pi;

PlaneGradients slopes_in(ImageView<const float> plane) {
    PlaneGradients out;
    Image<float> spare;
    find_gradients(out, plane, spare);
    return out;
}

Image<float> texture(unsigned seed) { return grey_plane(grey_texture(seed, 0.02), grey_camera(0, 0, 0, 65, 65, 200)); }

// Quarter turns clockwise, about the middle.
Image<float> quarter_turned(ImageView<const float> in) {
    Image<float> out(in.height(), in.width());
    for (int y = 0; y < in.height(); ++y)
        for (int x = 0; x < in.width(); ++x) out.view()(in.height() - 1 - y, x) = in(x, y);
    return out;
}

// Of unit vectors: 1 alike.
double alike(const Description& a, const Description& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
    return sum / (512.0 * 512.0);
}

TEST(MainDirection, IsThatOfARamp) {
    for (int i = 0; i < 64; ++i) {
        const double angle = kTurn * i / 64;
        Image<float> ramp(41, 41);
        for (int y = 0; y < 41; ++y)
            for (int x = 0; x < 41; ++x)
                ramp.view()(x, y) = static_cast<float>(3 * (x * std::cos(angle) + y * std::sin(angle)));
        const double found = main_direction_rad(slopes_in(ramp.cview()), {20, 20});
        // A bin is a 32nd of a turn; the parabola through three cannot do better than half of one for a single angle.
        EXPECT_NEAR(std::remainder(found - angle, kTurn), 0, kTurn / 64 + 0.01) << angle;
    }
}

TEST(MainDirection, TurnsWithThePicture) {
    for (unsigned seed = 1; seed < 20; ++seed) {
        const Image<float> upright = texture(seed), turned = quarter_turned(upright.cview());
        const double a = main_direction_rad(slopes_in(upright.cview()), {32, 32});
        const double b = main_direction_rad(slopes_in(turned.cview()), {32, 32});
        EXPECT_NEAR(std::remainder(b - a - kTurn / 4, kTurn), 0, 1e-2);
    }
}

TEST(Description, IsAUnitVector) {
    for (unsigned seed = 1; seed < 10; ++seed) {
        const Description d = describe(slopes_in(texture(seed).cview()), {32, 32}, 0);
        EXPECT_NEAR(alike(d, d), 1, 0.02);
    }
    const Image<float> flat(65, 65);
    EXPECT_EQ(describe(slopes_in(flat.cview()), {32, 32}, 0), Description{});
}

TEST(Description, DoesNotDependOnContrastAndBrightness) {
    Image<float> plane = texture(3);
    const Description before = describe(slopes_in(plane.cview()), {32.3, 31.6}, 0.4);
    for (int y = 0; y < 65; ++y)
        for (float& v : plane.view().row(y)) v *= 0.25F;  // a power of two: exact
    EXPECT_EQ(describe(slopes_in(plane.cview()), {32.3, 31.6}, 0.4), before);
    for (int y = 0; y < 65; ++y)
        for (float& v : plane.view().row(y)) v += 100;
    EXPECT_GT(alike(describe(slopes_in(plane.cview()), {32.3, 31.6}, 0.4), before), 0.99);
}

TEST(Description, SeesTheSameFromATurnedHead) {
    for (unsigned seed = 1; seed < 10; ++seed) {
        const Image<float> upright = texture(seed), turned = quarter_turned(upright.cview());
        const PlaneGradients a = slopes_in(upright.cview()), b = slopes_in(turned.cview());
        EXPECT_GT(alike(describe(a, {32, 32}, 0.2), describe(b, {32, 32}, 0.2 + kTurn / 4)), 0.97);
        EXPECT_LT(alike(describe(a, {32, 32}, 0), describe(b, {32, 32}, 0)), 0.95);
    }
}

// Half a turn mirrors the 4 x 4 cells about the middle and each of the 8 directions to its opposite.
TEST(Description, HasItsCellsWhereItSaysSo) {
    Image<float> plane(65, 65);
    for (int y = 0; y < 65; ++y)  // slopes to the right in the upper left quarter alone
        for (int x = 0; x < 65; ++x) plane.view()(x, y) = y < 30 && x < 30 ? static_cast<float>(4 * x) : 0.0F;
    for (int x = 30; x < 65; ++x)
        for (int y = 0; y < 30; ++y) plane.view()(x, y) = 120;
    for (int y = 30; y < 65; ++y)
        for (int x = 0; x < 65; ++x) plane.view()(x, y) = plane.cview()(x, 29);
    const Description d = describe(slopes_in(plane.cview()), {38, 32}, 0);
    // Left column of cells: direction 0 alone; the right ones see nothing.
    for (std::size_t row = 0; row < 4; ++row) {
        EXPECT_GT(d[row * 32], 100);
        for (std::size_t k = 1; k < 8; ++k) EXPECT_LT(d[row * 32 + k], 20);
        for (std::size_t k = 24; k < 32; ++k) EXPECT_EQ(d[row * 32 + k], 0);
    }
}

TEST(Description, StaysInThePictureAtItsReach) {
    const Image<float> plane = grey_plane(grey_texture(1, 0.02), grey_camera(0, 0, 0, 33, 33, 200));
    const PlaneGradients slopes = slopes_in(plane.cview());
    for (int i = 0; i < 100; ++i)  // asserts (debug) and sanitizers watch
        describe(slopes, {15.5 + (i % 3) * 0.5, 15.5 + (i % 5) * 0.25}, kTurn * i / 100);
}

}  // namespace
}  // namespace nightstack
