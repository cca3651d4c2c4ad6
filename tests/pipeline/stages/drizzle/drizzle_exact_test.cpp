// SPDX-License-Identifier: MIT
// Answers known without any twin: what light there was, is there.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "drizzle_twin.h"
#include "pipeline/core/error.h"

namespace nightstack {
namespace {

TEST(Drizzle, NamesAreReadBack) {
    for (const DrizzleKernel k : {DrizzleKernel::square, DrizzleKernel::point, DrizzleKernel::gaussian}) {
        EXPECT_EQ(parse_drizzle_kernel(name(k)), k);
    }
    EXPECT_EQ(parse_drizzle_kernel("lanczos3"), std::nullopt);
}

TEST(Drizzle, OntoItsOwnGridItIsTheFrame) {
    const Image<float> frame = noise_frame(20, 15, 1);
    for (const DrizzleKernel kernel : {DrizzleKernel::square, DrizzleKernel::point}) {
        const Drizzled mono = drizzled(frame.view(), std::nullopt, Transform(), 20, 15, {kernel, 1});
        const Drizzled colour = drizzled(frame.view(), CfaPattern::rggb, Transform(), 20, 15, {kernel, 1});
        for (int y = 0; y < 15; ++y) {
            for (int x = 0; x < 20; ++x) {
                EXPECT_EQ(mono.value[0].view()(x, y), frame.view()(x, y));
                EXPECT_EQ(mono.weight[0].view()(x, y), 1);
                for (std::size_t c = 0; c < 3; ++c) {
                    const bool seen = static_cast<std::size_t>(colour_at(CfaPattern::rggb, x, y)) == c;
                    EXPECT_EQ(colour.weight[c].view()(x, y), seen ? 1 : 0);
                    if (seen) {
                        EXPECT_EQ(colour.value[c].view()(x, y), frame.view()(x, y));
                    } else {
                        EXPECT_TRUE(std::isnan(colour.value[c].view()(x, y)));
                    }
                }
            }
        }
    }
}

// Every raw pixel's light arrives: the sum of value x weight over the canvas is its value times the canvas pixels its
// drop is large, at every place and turn, whatever the fineness.
TEST(Drizzle, NoLightIsLostOrMade) {
    for (const double fineness : {1.0, 2.0, 3.0}) {
        for (const double turn : {0.0, 0.4, 2.9}) {
            for (int place = 0; place < 9; ++place) {
                for (const DrizzleOptions& o :
                     {DrizzleOptions{DrizzleKernel::square, 1}, DrizzleOptions{DrizzleKernel::square, 0.5},
                      DrizzleOptions{DrizzleKernel::point, 1}}) {
                    Image<float> frame(12, 12);
                    frame.view()(6, 5) = 1000;
                    const Transform canvas_from_frame = Transform::similarity(fineness, turn, 0, 0) *
                                                        Transform::shift(-6 - place % 3 / 3.0, -5 - place / 3 / 3.0);
                    const Transform centred = Transform::shift(40, 40) * canvas_from_frame;
                    const Drizzled d = drizzled(frame.view(), std::nullopt, centred.inverse(), 80, 80, o);
                    double light = 0;
                    for (int y = 0; y < 80; ++y) {
                        for (int x = 0; x < 80; ++x) {
                            const float w = d.weight[0].view()(x, y);
                            if (w > 0) light += double{w} * double{d.value[0].view()(x, y)};
                        }
                    }
                    const double drop = o.kernel == DrizzleKernel::point ? 1 : o.pixfrac * o.pixfrac;
                    EXPECT_NEAR(light / (1000 * drop * fineness * fineness), 1, 1e-3) << fineness << " " << turn;
                }
            }
        }
    }
}

TEST(Drizzle, AFlatSkyStaysFlatInEveryColour) {
    const float sky[3] = {300, 500, 250};
    for (const CfaPattern pattern : kPatterns) {
        Image<float> frame(40, 40);
        for (int y = 0; y < 40; ++y) {
            for (int x = 0; x < 40; ++x) frame.view()(x, y) = sky[static_cast<std::size_t>(colour_at(pattern, x, y))];
        }
        for (const DrizzleKernel kernel : {DrizzleKernel::square, DrizzleKernel::point, DrizzleKernel::gaussian}) {
            const Drizzled d =
                drizzled(frame.view(), pattern, Transform::similarity(0.8, 0.2, 5, 3), 40, 40, {kernel, 0.9});
            for (std::size_t c = 0; c < 3; ++c) {
                int seen = 0;
                for (int y = 0; y < 40; ++y) {
                    for (int x = 0; x < 40; ++x) {
                        const float v = d.value[c].view()(x, y);
                        if (std::isnan(v)) continue;
                        ++seen;
                        ASSERT_NEAR(v, sky[c], 1e-4);
                    }
                }
                EXPECT_GT(seen, 100);
            }
        }
    }
}

// Many frames at all places: the weighted mean of a small star has the star's flux in each colour.
TEST(Drizzle, AStarKeepsItsFluxInEveryColour) {
    const double flux[3] = {20000, 60000, 15000};
    std::array<Image<double>, 3> sum, weight;
    for (std::size_t c = 0; c < 3; ++c) {
        sum[c] = Image<double>(40, 40);
        weight[c] = Image<double>(40, 40);
    }
    for (int f = 0; f < 64; ++f) {
        const double dx = f % 8 * 0.25 + 0.11, dy = f / 8 * 0.25 + 0.07;
        const Transform frame_from_canvas = Transform::shift(dx, dy);
        const Point star = frame_from_canvas({20.3, 19.6});
        Image<float> frame(44, 44);
        const double s = 3.0 / 2.3548200450309493 * std::sqrt(2.0);
        const auto part = [&](double c, int i) {
            return 0.5 * (std::erf((i + 0.5 - c) / s) - std::erf((i - 0.5 - c) / s));
        };
        for (int y = 0; y < 44; ++y) {
            for (int x = 0; x < 44; ++x) {
                const auto c = static_cast<std::size_t>(colour_at(CfaPattern::gbrg, x, y));
                frame.view()(x, y) = static_cast<float>(flux[c] * part(star.x, x) * part(star.y, y));
            }
        }
        const Drizzled d = drizzled(frame.view(), CfaPattern::gbrg, frame_from_canvas, 40, 40, {});
        for (std::size_t c = 0; c < 3; ++c) {
            for (int y = 0; y < 40; ++y) {
                for (int x = 0; x < 40; ++x) {
                    const double w = d.weight[c].view()(x, y);
                    if (!(w > 0)) continue;
                    sum[c].view()(x, y) += w * double{d.value[c].view()(x, y)};
                    weight[c].view()(x, y) += w;
                }
            }
        }
    }
    for (std::size_t c = 0; c < 3; ++c) {
        double total = 0;
        for (int y = 4; y < 36; ++y) {
            for (int x = 4; x < 36; ++x) total += sum[c].view()(x, y) / weight[c].view()(x, y);
        }
        EXPECT_NEAR(total / flux[c], 1, 0.002) << c;
    }
}

TEST(Drizzle, APixelThatIsNotFiniteIsLeftOut) {
    Image<float> frame = noise_frame(20, 20, 4);
    frame.view()(10, 10) = std::numeric_limits<float>::quiet_NaN();
    const Drizzled d = drizzled(frame.view(), std::nullopt, Transform::shift(0.5, 0.5), 19, 19, {});
    for (int y = 0; y < 19; ++y) {
        for (int x = 0; x < 19; ++x) {
            const bool beside = (x == 9 || x == 10) && (y == 9 || y == 10);
            EXPECT_NEAR(d.weight[0].view()(x, y), beside ? 0.75 : 1, 1e-6);
            EXPECT_TRUE(std::isfinite(d.value[0].view()(x, y)));
        }
    }
}

TEST(Drizzle, RefusesWhatDoesNotFit) {
    const Image<float> frame(8, 8);
    Image<float> value(8, 8), weight(8, 8), small(7, 8);
    const DrizzleOut good{value.view(), weight.view()};
    const auto run = [&](std::vector<DrizzleOut> out, std::optional<CfaPattern> cfa, const DrizzleOptions& o = {}) {
        drizzle(out, {0, 0, 8, 8}, {frame.view(), frame.view().bounds(), cfa}, Transform(), o);
    };
    EXPECT_NO_THROW(run({good}, std::nullopt));
    EXPECT_THROW(run({good}, CfaPattern::rggb), OptionError);
    EXPECT_THROW(run({{small.view(), weight.view()}}, std::nullopt), OptionError);
    EXPECT_THROW(run({good}, std::nullopt, {DrizzleKernel::square, 0}), OptionError);
    EXPECT_THROW(run({good}, std::nullopt, {DrizzleKernel::square, NAN}), OptionError);
    EXPECT_THROW(run({good}, std::nullopt, {DrizzleKernel::square, 2.5}), OptionError);
}

}  // namespace
}  // namespace nightstack
