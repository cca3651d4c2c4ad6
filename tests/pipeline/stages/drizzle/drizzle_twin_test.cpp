// SPDX-License-Identifier: MIT
// The gather against the scatter of the paper, and against itself on tiles.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "drizzle_twin.h"

namespace nightstack {
namespace {

const Transform kTransforms[] = {
    Transform(),
    Transform::shift(3.25, -1.5),
    Transform::similarity(1, 0.3, 4.1, -3.7),
    Transform::similarity(0.5, -0.02, 2.3, 1.9),  // twice as fine
    Transform::similarity(1.0 / 3, 3.1, 28, 25),  // thrice, and upside down
    Transform({0.98, 0.03, 1.2, -0.04, 1.03, 2.1, 2e-4, -1e-4, 1}),
};
constexpr DrizzleOptions kOptions[] = {{DrizzleKernel::square, 1},   {DrizzleKernel::square, 0.6},
                                       {DrizzleKernel::square, 1.7}, {DrizzleKernel::point, 1},
                                       {DrizzleKernel::gaussian, 1}, {DrizzleKernel::gaussian, 0.7}};

void expect_near(const Drizzled& got, const Drizzled& want, std::size_t planes) {
    int unlike = 0;
    for (std::size_t c = 0; c < planes; ++c) {
        for (int y = 0; y < got.value[c].height(); ++y) {
            for (int x = 0; x < got.value[c].width(); ++x) {
                ASSERT_NEAR(got.weight[c].view()(x, y), want.weight[c].view()(x, y), 2e-6) << x << "," << y;
                const float a = got.value[c].view()(x, y);
                const float b = want.value[c].view()(x, y);
                if (std::isnan(a) != std::isnan(b)) {
                    ++unlike;  // a sliver at the least weight
                } else if (!std::isnan(a)) {
                    ASSERT_NEAR(a, b, 0.02 / std::max(0.02F, got.weight[c].view()(x, y)) * 0.02 + 2e-3);
                }
            }
        }
    }
    EXPECT_LE(unlike, 1);
}

TEST(DrizzleTwin, GatherEqualsScatter) {
    const Image<float> frame = noise_frame(30, 26, 1);
    for (const Transform& t : kTransforms) {
        for (const DrizzleOptions& options : kOptions) {
            SCOPED_TRACE(std::string(name(options.kernel)) + " " + std::to_string(options.pixfrac));
            expect_near(drizzled(frame.view(), std::nullopt, t, 44, 40, options),
                        drizzled_by_twin(frame.view(), std::nullopt, t, 44, 40, options), 1);
            expect_near(drizzled(frame.view(), CfaPattern::gbrg, t, 44, 40, options),
                        drizzled_by_twin(frame.view(), CfaPattern::gbrg, t, 44, 40, options), 3);
        }
    }
}

// A tile with the region its border asks for equals the whole canvas.
TEST(DrizzleTile, EqualsTheWholeCanvas) {
    const Image<float> frame = noise_frame(60, 50, 2);
    for (const Transform& t : kTransforms) {
        for (const DrizzleOptions& options : kOptions) {
            const Drizzled whole = drizzled(frame.view(), CfaPattern::grbg, t, 50, 40, options);
            const Rect tile{11, 7, 16, 13};
            double left = 1e9, right = -1e9, top = 1e9, bottom = -1e9;
            for (const int x : {tile.x, tile.right() - 1}) {
                for (const int y : {tile.y, tile.bottom() - 1}) {
                    const Point p = t({double(x), double(y)});
                    left = std::min(left, p.x);
                    right = std::max(right, p.x);
                    top = std::min(top, p.y);
                    bottom = std::max(bottom, p.y);
                }
            }
            const int x0 = int(std::floor(left)) - kDrizzleBorder;
            const int y0 = int(std::floor(top)) - kDrizzleBorder;
            const Rect region = intersected({x0, y0, int(std::ceil(right)) + kDrizzleBorder + 1 - x0,
                                             int(std::ceil(bottom)) + kDrizzleBorder + 1 - y0},
                                            frame.view().bounds());
            Drizzled part;
            std::vector<DrizzleOut> out;
            for (std::size_t c = 0; c < 3; ++c) {
                part.value[c] = Image<float>(tile.width, tile.height);
                part.weight[c] = Image<float>(tile.width, tile.height);
                out.push_back({part.value[c].view(), part.weight[c].view()});
            }
            drizzle(out, tile, {frame.view().cropped(region), region, CfaPattern::grbg}, t, options);
            for (std::size_t c = 0; c < 3; ++c) {
                for (int y = 0; y < tile.height; ++y) {
                    const std::size_t bytes = sizeof(float) * static_cast<std::size_t>(tile.width);
                    ASSERT_EQ(std::memcmp(part.value[c].view().row_data(y),
                                          whole.value[c].view().row_data(tile.y + y) + tile.x, bytes),
                              0);
                    ASSERT_EQ(std::memcmp(part.weight[c].view().row_data(y),
                                          whole.weight[c].view().row_data(tile.y + y) + tile.x, bytes),
                              0);
                }
            }
        }
    }
}

}  // namespace
}  // namespace nightstack
