// SPDX-License-Identifier: MIT
// What must not fool the matcher.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "fields.h"
#include "pipeline/stages/registration/match.h"

namespace nightstack {
namespace {

using namespace testing_fields;

// The same places in both lists, brighter than everything else when asked.
void add_hot_pixels(std::mt19937& rng, Scene& s, int count, double flux) {
    for (int i = 0; i < count; ++i) {
        const Star hot = star_at(uniform(rng, 0, width_px), uniform(rng, 0, height_px), flux + i);
        s.ref.insert(s.ref.begin(), hot);
        s.frame.insert(s.frame.begin(), hot);
        s.ref_source.insert(s.ref_source.begin(), -1);
        s.frame_source.insert(s.frame_source.begin(), -1);
    }
}

TEST(MatchTraps, HotPixelsDoNotPassForASkyThatStandsStill) {
    std::mt19937 rng(21);
    for (const double flux : {1e7, 500.0}) {
        for (int i = 0; i < 20; ++i) {
            Scene s = make_scene(rng, motion(uniform(rng, -0.05, 0.05), 25, -14), 60, 20, 20, 0.1);
            add_hot_pixels(rng, s, 30, flux);
            MatchOptions o;
            if (i % 2 == 1) o.prior = Transform();
            const auto m = match_stars(s.ref, s.frame, o);
            ASSERT_TRUE(m);
            EXPECT_LT(grid_error(m->ref_from_frame, s.ref_from_frame), 0.5) << flux << " trial " << i;
        }
    }
}

TEST(MatchTraps, AStillSkyIsStillFound) {
    std::mt19937 rng(22);
    const Scene s = make_scene(rng, Transform(), 60, 60, 60, 0.1);
    const auto m = match_stars(s.ref, s.frame);
    ASSERT_TRUE(m);
    EXPECT_LT(grid_error(m->ref_from_frame, Transform()), 0.3);
}

TEST(MatchTraps, UnrelatedFieldsAreRefused) {
    std::mt19937 rng(23);
    double nearest = -1e9;
    for (int i = 0; i < 1000; ++i) {
        const int a = 3 + static_cast<int>(rng() % (i % 20 == 0 ? 300 : 40));
        const int b = 3 + static_cast<int>(rng() % (i % 20 == 0 ? 300 : 40));
        const MatchAttempt m = attempt_match(random_stars(rng, a), random_stars(rng, b));
        EXPECT_FALSE(m.match) << "trial " << i << " with " << a << " and " << b << " stars";
        nearest = std::max(nearest, m.best_proof);
    }
    RecordProperty("nearest_proof", std::to_string(nearest));
    EXPECT_LT(nearest, 4);  // well below the 6 asked for
}

TEST(MatchTraps, UnrelatedClustersAreRefused) {
    std::mt19937 rng(24);
    for (int i = 0; i < 30; ++i) {  // a dense clump inside a thin field, twice
        StarList lists[2];
        for (StarList& list : lists) {
            list = random_stars(rng, 60);
            for (int k = 0; k < 80; ++k) {
                list.push_back(star_at(1900 + 60 * gauss(rng), 1000 + 60 * gauss(rng), sky_flux(rng)));
            }
        }
        const MatchAttempt m = attempt_match(lists[0], lists[1]);
        EXPECT_FALSE(m.match) << "trial " << i << " proof " << m.best_proof;
    }
}

TEST(MatchTraps, StarsOnALineAreRefused) {
    std::mt19937 rng(25);
    for (int i = 0; i < 30; ++i) {
        StarList lists[2];
        for (StarList& list : lists) {
            const double angle = uniform(rng, 0, 3);
            for (int k = 0; k < 60; ++k) {
                const double t = uniform(rng, -1000, 1000);
                list.push_back(star_at(1900 + t * std::cos(angle), 1000 + t * std::sin(angle), sky_flux(rng)));
            }
        }
        const MatchAttempt m = attempt_match(lists[0], lists[1]);
        EXPECT_FALSE(m.match) << "trial " << i << " proof " << m.best_proof;
        EXPECT_FALSE(attempt_match(lists[0], lists[0]).match);  // true, but without any proof of it
    }
}

TEST(MatchTraps, StarsListedTwiceCountOnce) {
    std::mt19937 rng(26);
    Scene s = make_scene(rng, motion(0.3, 40, 20), 40, 20, 20, 0.1);
    const auto once = match_stars(s.ref, s.frame);
    Scene twice = s;
    for (const Star& x : s.ref) {
        twice.ref.push_back(x);
        twice.ref.back().x += 0.3;
    }
    for (const Star& x : s.frame) twice.frame.push_back(x);
    const auto doubled = match_stars(twice.ref, twice.frame);
    ASSERT_TRUE(once && doubled);
    EXPECT_EQ(once->pairs, doubled->pairs);
    EXPECT_EQ(once->proof, doubled->proof);
    // Two stars, twenty times: still two stars.
    StarList many;
    for (int i = 0; i < 20; ++i) {
        many.push_back(star_at(100, 100, 5000));
        many.push_back(star_at(900, 700, 4000));
    }
    EXPECT_FALSE(match_stars(many, many));
}

TEST(MatchTraps, EmptyAndTinyListsAreRefusedQuietly) {
    std::mt19937 rng(27);
    const StarList some = random_stars(rng, 30);
    for (const int n : {0, 1, 2}) {
        const StarList few(some.begin(), some.begin() + n);
        EXPECT_FALSE(match_stars(few, some));
        EXPECT_FALSE(match_stars(some, few));
        EXPECT_FALSE(match_stars(few, few));
    }
}

TEST(MatchTraps, PlacesThatAreNoNumbersAreLeftOut) {
    std::mt19937 rng(28);
    const Scene s = make_scene(rng, motion(-0.8, 40, 20), 40, 20, 20, 0.1);
    StarList broken = s.frame;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double inf = std::numeric_limits<double>::infinity();
    broken.push_back(star_at(nan, 5, 1e9));
    broken.push_back(star_at(5, inf, 1e9));
    broken.push_back(star_at(1e30, -1e30, 1e9));
    broken.push_back(star_at(50, 60, nan));
    const auto m = match_stars(s.ref, broken);
    ASSERT_TRUE(m);
    EXPECT_LT(grid_error(m->ref_from_frame, s.ref_from_frame), 0.5);
    for (const StarPair& p : m->pairs) EXPECT_LT(p.frame, static_cast<int>(s.frame.size()));
    StarList nothing(5, star_at(nan, nan, nan));
    EXPECT_FALSE(match_stars(nothing, s.ref));
    EXPECT_FALSE(match_stars(s.ref, nothing));
}

TEST(MatchTraps, ARegularLatticeDoesNotOverflowTheVotes) {
    StarList lattice;
    for (int y = 0; y < 10; ++y) {
        for (int x = 0; x < 10; ++x) lattice.push_back(star_at(100 + 200 * x, 100 + 200 * y, 1000 - x - 10 * y));
    }
    StarList moved = lattice;
    for (Star& s : moved) s.x += 7;
    const auto m = match_stars(lattice, moved);  // many motions explain a lattice; any is an honest answer
    if (m) {
        const Point p = m->ref_from_frame({moved[0].x, moved[0].y});
        EXPECT_NEAR(std::remainder(p.x - 100, 200), 0, 0.1);
    }
}

}  // namespace
}  // namespace nightstack
