// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/pairing.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "fields.h"

namespace nightstack {
namespace {

using namespace testing_fields;

// The obvious twin: look at every pair.
std::vector<StarPair> slow_pairs(const std::vector<StarPoint>& points, const std::vector<Point>& places, double r) {
    const auto d2 = [&](std::size_t q, std::size_t f) {
        const double dx = points[q].x - places[f].x;
        const double dy = points[q].y - places[f].y;
        return dx * dx + dy * dy;
    };
    std::vector<StarPair> result;
    for (std::size_t q = 0; q < points.size(); ++q) {
        for (std::size_t f = 0; f < places.size(); ++f) {
            bool mutual = d2(q, f) <= r * r;
            for (std::size_t o = 0; mutual && o < points.size(); ++o) mutual = d2(o, f) >= d2(q, f);
            for (std::size_t o = 0; mutual && o < places.size(); ++o) mutual = !(d2(q, o) < d2(q, f));
            if (mutual) result.push_back({static_cast<int>(q), static_cast<int>(f)});
        }
    }
    return result;
}

TEST(Pairing, AgreesWithLookingAtEveryPair) {
    std::mt19937 rng(31);
    for (const int count : {1, 2, 17, 120}) {
        for (const double radius : {0.5, 5.0, 60.0, 900.0}) {
            const double box = count < 100 ? 300 : 1500;
            std::vector<StarPoint> points;
            std::vector<Point> places;
            for (int i = 0; i < count; ++i) points.push_back({uniform(rng, -box, box), uniform(rng, 0, box), i});
            for (int i = 0; i < count + 5; ++i) places.push_back({uniform(rng, -box, box), uniform(rng, 0, box)});
            places.push_back({std::numeric_limits<double>::quiet_NaN(), 3});
            EXPECT_EQ(PairFinder(points).pairs(places, radius), slow_pairs(points, places, radius));
        }
    }
}

TEST(Pairing, StarListsPairUnderATransform) {
    std::mt19937 rng(32);
    const Scene s = make_scene(rng, motion(0.4, 100, 20), 50, 30, 30, 0.05);
    const std::vector<StarPair> pairs = pair_stars(s.ref, s.frame, s.ref_from_frame, 1.0);
    EXPECT_EQ(right_and_wrong(s, pairs).first, 50);
    EXPECT_TRUE(pair_stars({}, s.frame, s.ref_from_frame, 1.0).empty());
}

TEST(Pairing, EvenFieldFillsItsBoxAndALineNothing) {
    std::mt19937 rng(33);
    std::vector<StarPoint> even;
    std::vector<StarPoint> line;
    for (int i = 0; i < 3000; ++i) {
        even.push_back({uniform(rng, 0, 400), uniform(rng, 0, 200), i});
        line.push_back({i * 0.6, i * 0.8, i});
    }
    EXPECT_NEAR(filled_area(even) / 80000, 1, 0.05);
    EXPECT_LT(filled_area(line), 1);
    const PairFinder finder(even);
    double mean = 0;
    for (std::size_t i = 0; i < even.size(); ++i) mean += finder.density_around(i) / 3000;
    EXPECT_NEAR(mean * 80000 / 3000, 1, 0.35);  // edges see empty cells
}

}  // namespace
}  // namespace nightstack
