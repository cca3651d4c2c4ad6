// SPDX-License-Identifier: MIT
#include "pipeline/sky/scene.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "pipeline/core/error.h"

namespace nightstack::sky {
namespace {

SceneOptions field(int n_stars) {
    SceneOptions o;
    o.width = 800;
    o.height = 600;
    o.margin_px = 100;
    o.n_stars = n_stars;
    return o;
}

TEST(Scene, FillsFrameAndMarginEvenly) {
    const Scene scene = make_scene(field(2400));
    EXPECT_EQ(scene.stars.size(), 4000u);  // 1000 x 800 instead of 800 x 600
    int left = 0;
    int top = 0;
    int inside = 0;
    for (const SceneStar& s : scene.stars) {
        EXPECT_GE(s.x, -100.5);
        EXPECT_LE(s.x, 899.5);
        EXPECT_GE(s.y, -100.5);
        EXPECT_LE(s.y, 699.5);
        left += s.x < 399.5;
        top += s.y < 299.5;
        inside += s.x >= -0.5 && s.x < 799.5 && s.y >= -0.5 && s.y < 599.5;
    }
    EXPECT_NEAR(left, 2000, 5 * std::sqrt(1000.0));
    EXPECT_NEAR(top, 2000, 5 * std::sqrt(1000.0));
    EXPECT_NEAR(inside, 2400, 5 * std::sqrt(2400 * 0.4));
}

TEST(Scene, CountsFallWithTheSlope) {
    SceneOptions o = field(20000);
    o.faintest_e = 100;
    o.brightest_e = 1e7;
    const Scene scene = make_scene(o);
    const auto brighter = [&](double flux) {
        return static_cast<double>(std::count_if(scene.stars.begin(), scene.stars.end(),
                                                 [&](const SceneStar& s) { return s.flux_e.g > flux; }));
    };
    EXPECT_NEAR(std::log10(brighter(300) / brighter(3000)), o.slope, 0.03);
    EXPECT_TRUE(std::is_sorted(scene.stars.begin(), scene.stars.end(),
                               [](const SceneStar& a, const SceneStar& b) { return a.flux_e.g > b.flux_e.g; }));
    EXPECT_GE(scene.stars.back().flux_e.g, 100 * (1 - 1e-9));
    EXPECT_LE(scene.stars.front().flux_e.g, 1e7 * (1 + 1e-9));
}

TEST(Scene, ColoursSpreadAsAsked) {
    const Scene scene = make_scene(field(5000));
    double sum = 0;
    double sum2 = 0;
    for (const SceneStar& s : scene.stars) {
        const double tint = std::log(s.flux_e.r / s.flux_e.g);
        sum += tint;
        sum2 += tint * tint;
    }
    const double n = static_cast<double>(scene.stars.size());
    EXPECT_NEAR(std::sqrt(sum2 / n - sum * sum / n / n), 0.3, 0.01);
}

TEST(Scene, IsAFunctionOfItsSeed) {
    SceneOptions o = field(50);
    const Scene first = make_scene(o);
    const Scene again = make_scene(o);
    o.seed = 2;
    const Scene other = make_scene(o);
    ASSERT_EQ(first.stars.size(), again.stars.size());
    for (std::size_t i = 0; i < first.stars.size(); ++i) {
        EXPECT_EQ(first.stars[i].x, again.stars[i].x);
        EXPECT_EQ(first.stars[i].flux_e, again.stars[i].flux_e);
    }
    EXPECT_NE(first.stars[0].x, other.stars[0].x);
    EXPECT_EQ(first.extended.size(), 2u * 2 + 8);
    EXPECT_NE(first.extended[0].x, other.extended[0].x);
    for (const ExtendedObject& object : first.extended) object.check();
}

TEST(Scene, RefusesWhatCannotBe) {
    SceneOptions o = field(-1);
    EXPECT_THROW(make_scene(o), OptionError);
    o = field(1);
    o.width = 0;
    EXPECT_THROW(make_scene(o), OptionError);
    o = field(1);
    o.faintest_e = 0;
    EXPECT_THROW(make_scene(o), OptionError);
    o = field(1);
    o.brightest_e = 1;
    EXPECT_THROW(make_scene(o), OptionError);
    o = field(1);
    o.slope = NAN;
    EXPECT_THROW(make_scene(o), OptionError);
}

}  // namespace
}  // namespace nightstack::sky
