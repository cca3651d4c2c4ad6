// SPDX-License-Identifier: MIT
#include "pipeline/stages/integrate/level_tile.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <utility>

#include "tests/support/every_level.h"

namespace nightstack {
namespace {

Image<float> drawn(int width, int height) {
    Image<float> image(width, height);
    std::mt19937 random(3);
    std::uniform_real_distribution<float> level(-100, 60000);
    for (int y = 0; y < height; ++y)
        for (float& v : image.view().row(y)) v = random() % 9 == 0 ? std::nanf("") : level(random);
    return image;
}

// add_tilt, then scale and offset, each in its own pass.
Image<float> in_two_passes(const Image<float>& from, const Rect& tile, const SkyTilt& tilt, float scale, float offset) {
    Image<float> out = from.clone();
    add_tilt(out.view(), tile, tilt, static_cast<double>(scale));
    for (int y = 0; y < tile.height; ++y)
        for (float& v : out.view().row(y)) v = v * scale + offset;
    return out;
}

TEST(BringToLevel, IsTheTwoPassesInOne) {
    const SkyTilt none, level{.level = 12.7, .known = true}, slope{31.4, -0.0173, 0.0291, true};
    at_every_level([&] {
        for (const SkyTilt& tilt : {none, level, slope})
            for (const Rect& tile : {Rect{-384, 1024, 128, 16}, Rect{37, -5, 61, 7}})
                for (const auto& [scale, offset] : {std::pair{1.0F, 0.0F}, {0.83F, -41.5F}, {1.21F, 0.0F}}) {
                    const Image<float> from = drawn(tile.width, tile.height);
                    const Image<float> want = in_two_passes(from, tile, tilt, scale, offset);
                    Image<float> got = from.clone();
                    bring_to_level(got.view(), tile, tilt, scale, offset);
                    for (int y = 0; y < tile.height; ++y)
                        for (int x = 0; x < tile.width; ++x) {
                            const float a = got.view()(x, y), b = want.view()(x, y);
                            ASSERT_TRUE(std::isnan(b) ? std::isnan(a) : a == b) << x << ' ' << y << ": " << a;
                        }
                }
    });
}

}  // namespace
}  // namespace nightstack
