// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/luminance.h"

#include <gtest/gtest.h>

#include <random>

#include "pipeline/core/cfa.h"

namespace nightstack {
namespace {

Image<float> random_plane(int width, int height, unsigned seed) {
    std::mt19937 rng(seed);
    std::uniform_real_distribution<float> u(0, 1000);
    Image<float> image(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) image.view()(x, y) = u(rng);
    }
    return image;
}

// The definition, one pixel at a time.
double slow_luminance(ImageView<const float> plane, int x, int y) {
    const auto mirror = [](int i, int n) { return n == 1 ? 0 : i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i; };
    constexpr double weight[3] = {0.25, 0.5, 0.25};
    double sum = 0;
    for (int j = -1; j <= 1; ++j) {
        for (int i = -1; i <= 1; ++i) {
            sum += weight[i + 1] * weight[j + 1] * plane(mirror(x + i, plane.width()), mirror(y + j, plane.height()));
        }
    }
    return sum;
}

TEST(Luminance, EqualsItsDefinitionAtAllSizes) {
    SerialRunner runner;
    for (const auto& [w, h] : {std::pair{1, 1}, {1, 5}, {5, 1}, {2, 2}, {3, 7}, {67, 41}}) {
        const Image<float> plane = random_plane(w, h, 3);
        Image<float> out(w, h);
        luminance(out.view(), plane.view(), runner);
        for (int y = 0; y < h; ++y) {
            for (int x = 0; x < w; ++x) {
                ASSERT_NEAR(out.view()(x, y), slow_luminance(plane.view(), x, y), 1e-3) << w << "x" << h;
            }
        }
    }
}

TEST(Luminance, MosaicOfFlatColoursBecomesFlatUpToTheEdges) {
    SerialRunner runner;
    for (const CfaPattern cfa : {CfaPattern::rggb, CfaPattern::grbg, CfaPattern::gbrg, CfaPattern::bggr}) {
        Image<float> plane(11, 8);
        constexpr float colour[3] = {400, 100, 40};
        for (int y = 0; y < 8; ++y) {
            for (int x = 0; x < 11; ++x) plane.view()(x, y) = colour[static_cast<int>(colour_at(cfa, x, y))];
        }
        Image<float> out(11, 8);
        luminance(out.view(), plane.view(), runner);
        for (int y = 0; y < 8; ++y) {
            for (int x = 0; x < 11; ++x) ASSERT_FLOAT_EQ(out.view()(x, y), 160);
        }
    }
}

TEST(Luminance, ColourPlanesAreMixedFirst) {
    ThreadRunner runner(2);
    const Image<float> r = random_plane(20, 15, 1);
    const Image<float> g = random_plane(20, 15, 2);
    const Image<float> b = random_plane(20, 15, 3);
    Image<float> mixed(20, 15);
    for (int y = 0; y < 15; ++y) {
        for (int x = 0; x < 20; ++x) {
            mixed.view()(x, y) = (r.view()(x, y) + 2 * g.view()(x, y) + b.view()(x, y)) / 4;
        }
    }
    Image<float> out(20, 15);
    luminance(out.view(), r.view(), g.view(), b.view(), runner);
    for (int y = 0; y < 15; ++y) {
        for (int x = 0; x < 20; ++x) ASSERT_NEAR(out.view()(x, y), slow_luminance(mixed.view(), x, y), 1e-3);
    }
}

TEST(Luminance, IsTheSameForEveryRunner) {
    const Image<float> plane = random_plane(90, 200, 9);
    SerialRunner serial;
    ThreadRunner threads(3);
    Image<float> a(90, 200);
    Image<float> b(90, 200);
    luminance(a.view(), plane.view(), serial);
    luminance(b.view(), plane.view(), threads);
    for (int y = 0; y < 200; ++y) {
        for (int x = 0; x < 90; ++x) ASSERT_EQ(a.view()(x, y), b.view()(x, y));
    }
}

}  // namespace
}  // namespace nightstack
