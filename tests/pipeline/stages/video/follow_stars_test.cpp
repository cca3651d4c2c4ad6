// SPDX-License-Identifier: MIT
#include "pipeline/stages/video/follow_stars.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace nightstack {
namespace {

constexpr int kWidth = 400, kHeight = 300;

StarList sky() {
    StarList out;
    std::mt19937 random(11);
    for (int i = 0; i < 40; ++i) {
        Star s;
        s.x = 20.0 + (i % 8) * 46 + static_cast<double>((random() >> 8) % 1000) / 100.0;
        s.y = 20.0 + (i / 8) * 58 + static_cast<double>((random() >> 8) % 1000) / 100.0;
        s.flux = 4000 - 60 * i;
        out.push_back(s);
    }
    return out;
}

Image<std::uint8_t> drawn(const StarList& stars, const Transform& place, double noise) {
    Image<std::uint8_t> out(kWidth, kHeight);
    std::mt19937 random(3);
    std::normal_distribution<double> normal(0, noise);
    std::vector<double> light(kWidth * kHeight, 12);
    for (const Star& s : stars) {
        const Point p = place({s.x, s.y});
        for (int y = std::max(0, static_cast<int>(p.y) - 9); y < std::min(kHeight, static_cast<int>(p.y) + 10); ++y) {
            for (int x = std::max(0, static_cast<int>(p.x) - 9); x < std::min(kWidth, static_cast<int>(p.x) + 10);
                 ++x) {
                const double r2 = (x - p.x) * (x - p.x) + (y - p.y) * (y - p.y);
                light[static_cast<std::size_t>(y * kWidth + x)] += s.flux / (6.283 * 2.25) * std::exp(-r2 / 4.5);
            }
        }
    }
    for (int y = 0; y < kHeight; ++y)
        for (int x = 0; x < kWidth; ++x)
            out.view()(x, y) = static_cast<std::uint8_t>(
                std::clamp(std::lround(light[static_cast<std::size_t>(y * kWidth + x)] + normal(random)), 0L, 255L));
    return out;
}

TEST(FollowStars, FindsThemToAFractionOfAPixel) {
    const StarList stars = sky();
    const Transform truth = Transform::similarity(1, 0.004, 3.3, -2.6);
    const Image<std::uint8_t> picture = drawn(stars, truth, 2);
    std::vector<FollowedStar> found;
    const std::size_t expected = follow_stars(found, picture.cview(), stars, Transform());
    EXPECT_GE(found.size(), expected - 2);
    EXPECT_GT(expected, 30U);
    double square = 0;
    for (const FollowedStar& f : found) {
        const Point p = truth({stars[f.star].x, stars[f.star].y});
        square += (p.x - f.at.x) * (p.x - f.at.x) + (p.y - f.at.y) * (p.y - f.at.y);
    }
    EXPECT_LT(std::sqrt(square / static_cast<double>(found.size())), 0.1);
}

TEST(FollowStars, FindsNothingInNoiseOrHotPixels) {
    const StarList stars = sky();
    Image<std::uint8_t> picture = drawn({}, Transform(), 3);
    for (const Star& s : stars) picture.view()(static_cast<int>(s.x) + 2, static_cast<int>(s.y)) = 220;
    std::vector<FollowedStar> found;
    follow_stars(found, picture.cview(), stars, Transform());
    EXPECT_LE(found.size(), 1U);
}

TEST(FollowStars, LeavesStarsAtTheEdgeAlone) {
    StarList stars(1);
    for (const Point p : {Point{0, 0}, Point{-1e9, 5}, Point{399, 299}, Point{std::nan(""), 3}}) {
        stars[0].x = p.x, stars[0].y = p.y;
        std::vector<FollowedStar> found;
        EXPECT_EQ(follow_stars(found, drawn({}, Transform(), 1).cview(), stars, Transform()), 0U);
    }
}

TEST(StarsToFollow, HaveNoRivalNearby) {
    StarList stars(3);
    stars[0].flux = 100, stars[0].x = 50, stars[0].y = 50;
    stars[1].flux = 80, stars[1].x = 55, stars[1].y = 50;
    stars[2].flux = 40, stars[2].x = 150, stars[2].y = 50;
    const StarList alone = stars_to_follow(stars, 10);
    ASSERT_EQ(alone.size(), 1U);
    EXPECT_EQ(alone[0].x, 150);
}

}  // namespace
}  // namespace nightstack
