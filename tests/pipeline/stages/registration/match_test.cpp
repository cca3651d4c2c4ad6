// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/match.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "fields.h"
#include "pipeline/core/error.h"

namespace nightstack {
namespace {

using namespace testing_fields;

void expect_found(const Scene& s, const std::optional<MatchResult>& m, double within_px, const std::string& what) {
    ASSERT_TRUE(m) << what;
    EXPECT_LT(grid_error(m->ref_from_frame, s.ref_from_frame), within_px) << what;
    const auto [right, wrong] = right_and_wrong(s, m->pairs);
    EXPECT_LE(wrong, 1 + static_cast<int>(m->pairs.size()) / 50) << what;
    EXPECT_GE(right, 4) << what;
}

TEST(Match, FindsEveryRotation) {
    std::mt19937 rng(1);
    for (int degree = 0; degree < 360; degree += 5) {
        const Transform t = motion(degree * std::numbers::pi / 180, uniform(rng, -80, 80), uniform(rng, -80, 80));
        const Scene s = make_scene(rng, t, 60, 30, 30, 0.1);
        expect_found(s, match_stars(s.ref, s.frame), 0.5, std::to_string(degree) + " degrees");
    }
}

TEST(Match, FindsTheMeridianFlip) {
    std::mt19937 rng(2);
    for (int i = 0; i < 20; ++i) {
        const Scene s = make_scene(rng, motion(std::numbers::pi, uniform(rng, -200, 200), uniform(rng, -100, 100)), 40,
                                   40, 40, 0.1);
        expect_found(s, match_stars(s.ref, s.frame), 0.5, "flip " + std::to_string(i));
    }
}

TEST(Match, FindsADriftOfHalfAFrame) {
    std::mt19937 rng(3);
    for (int i = 0; i < 20; ++i) {
        const double dx = (i % 2 == 0 ? 0.5 : -0.5) * width_px;
        const Scene s = make_scene(rng, motion(uniform(rng, -0.5, 0.5), dx, uniform(rng, -200, 200)), 50, 60, 60, 0.1);
        expect_found(s, match_stars(s.ref, s.frame), 1.5, "drift " + std::to_string(i));
    }
}

// A crowded small frame: a start that leans finds few pairs and stays there until the radius shrinks.
TEST(Match, WhatIsProvenIsWhatIsHandedOn) {
    std::mt19937 rng(8);
    for (int i = 0; i < 300; ++i) {
        const Transform t = Transform::shift(240 + uniform(rng, -9, 9), 160 + uniform(rng, -9, 9)) *
                            Transform::similarity(1, uniform(rng, 0, 6.28), 0, 0) * Transform::shift(-240, -160);
        StarList frame = random_stars(rng, 95, 480, 320);
        StarList ref;
        for (Star s : frame) {
            const Point p = t({s.x, s.y});
            s.x = p.x + 0.06 * gauss(rng);
            s.y = p.y + 0.06 * gauss(rng);
            ref.push_back(s);
        }
        const auto m = match_stars(ref, frame);
        ASSERT_TRUE(m) << i;
        EXPECT_GT(m->pairs.size(), 75U) << i << ", proof " << m->proof;
    }
}

TEST(Match, TenCommonStarsAmongSixtyStrangersOnEachSideAreEnough) {
    std::mt19937 rng(4);
    int found = 0;
    constexpr int trials = 100;
    for (int i = 0; i < trials; ++i) {
        const Transform t =
            motion(uniform(rng, 0, 6.28), uniform(rng, -300, 300), uniform(rng, -200, 200), uniform(rng, 0.985, 1.015));
        const Scene s = make_scene(rng, t, 10, 60, 60, 0.15);
        const std::optional<MatchResult> m = match_stars(s.ref, s.frame);
        if (!m) continue;
        ++found;
        expect_found(s, m, 1.5, "trial " + std::to_string(i));
    }
    EXPECT_GE(found, trials * 99 / 100);
}

TEST(Match, WorksFromFourStarsToThreeHundred) {
    std::mt19937 rng(5);
    for (const int count : {4, 5, 6, 8, 12, 20, 50, 100, 200, 300}) {
        for (int i = 0; i < 5; ++i) {
            const Scene s = make_scene(rng, motion(uniform(rng, 0, 6.28), 30, -20), count, 0, 0, 0.05);
            expect_found(s, match_stars(s.ref, s.frame), 1, std::to_string(count) + " stars");
        }
    }
}

TEST(Match, ThreeStarsProveNothingBlindButEnoughWithAPrior) {
    std::mt19937 rng(6);
    for (const int count : {2, 3}) {
        const Transform t = motion(0.01, 30, -20);
        const Scene s = make_scene(rng, t, count, 0, 0, 0.05);
        EXPECT_FALSE(match_stars(s.ref, s.frame));
        MatchOptions o;
        o.prior = Transform::shift(4, -3) * t;
        const std::optional<MatchResult> m = match_stars(s.ref, s.frame, o);
        ASSERT_TRUE(m) << count;
        EXPECT_TRUE(m->from_prior);
        EXPECT_EQ(right_and_wrong(s, m->pairs), std::pair(count, 0));
    }
}

TEST(Match, PriorOfAnotherNightFallsBackToTheBlindSearch) {
    std::mt19937 rng(7);
    const Scene s = make_scene(rng, motion(1.0, 100, 50), 60, 20, 20, 0.1);
    MatchOptions o;
    o.prior = motion(-2.0, 700, 0);
    const std::optional<MatchResult> m = match_stars(s.ref, s.frame, o);
    expect_found(s, m, 0.5, "wrong prior");
    EXPECT_FALSE(m->from_prior);
    o.prior = motion(1.0, 105, 46);
    const std::optional<MatchResult> n = match_stars(s.ref, s.frame, o);
    expect_found(s, n, 0.5, "right prior");
    EXPECT_TRUE(n->from_prior);
}

TEST(Match, AnotherScaleIsRefusedUnlessAllowed) {
    std::mt19937 rng(8);
    for (const double scale : {0.5, 0.8, 0.97, 1.03, 1.3, 2.0}) {
        // Common stars must fit both frames, so the wider one sees strangers around them.
        const Scene s = make_scene(rng, motion(0.7, 0, 0, scale), 40, 40, 40, 0.1);
        EXPECT_FALSE(match_stars(s.ref, s.frame)) << scale;
        MatchOptions o;
        o.min_scale = 0.4;
        o.max_scale = 2.5;
        expect_found(s, match_stars(s.ref, s.frame, o), 1, "scale " + std::to_string(scale));
    }
}

TEST(Match, AMirroredFieldIsRefusedUnlessAllowed) {
    std::mt19937 rng(9);
    for (int i = 0; i < 4; ++i) {
        const Transform flip = Transform({-1, 0, width_px - 1, 0, 1, 0, 0, 0, 1});
        const Scene s = make_scene(rng, motion(uniform(rng, 0, 6.28), 20, 30) * flip, 50, 25, 25, 0.1);
        EXPECT_FALSE(match_stars(s.ref, s.frame));
        MatchOptions o;
        o.allow_mirrored = true;
        const std::optional<MatchResult> m = match_stars(s.ref, s.frame, o);
        expect_found(s, m, 0.5, "mirrored");
        EXPECT_TRUE(m->mirrored);
    }
}

TEST(Match, SwappingTheListsSwapsThePairs) {
    std::mt19937 rng(10);
    for (int i = 0; i < 20; ++i) {
        const Scene s = make_scene(rng, motion(uniform(rng, 0, 6.28), 150, -90), 60, 60, 40, 0.2);
        const auto there = match_stars(s.ref, s.frame);
        const auto back = match_stars(s.frame, s.ref);
        ASSERT_TRUE(there && back);
        EXPECT_LT(grid_error(there->ref_from_frame * back->ref_from_frame, Transform()), 0.02);
        std::set<std::pair<int, int>> a;
        std::set<std::pair<int, int>> b;
        for (const StarPair& p : there->pairs) a.insert({p.ref, p.frame});
        for (const StarPair& p : back->pairs) b.insert({p.frame, p.ref});
        EXPECT_EQ(a, b);
    }
}

TEST(Match, TheOrderOfTheListsDoesNotMatter) {
    std::mt19937 rng(11);
    Scene s = make_scene(rng, motion(2, 60, -90), 60, 60, 60, 0.2);
    const auto first = match_stars(s.ref, s.frame);
    StarList turned(s.frame.rbegin(), s.frame.rend());
    const auto second = match_stars(s.ref, turned);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->ref_from_frame, second->ref_from_frame);
    EXPECT_EQ(first->pairs.size(), second->pairs.size());
}

TEST(Match, OptionsThatCannotWorkAreRefused) {
    const StarList none;
    MatchOptions o;
    o.min_scale = 1.5;
    EXPECT_THROW(match_stars(none, none, o), OptionError);
    o = {};
    o.radius_px = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW(match_stars(none, none, o), OptionError);
    o = {};
    o.prior = Transform({0, 0, 0, 0, 0, 0, 0, 0, 1});
    EXPECT_THROW(match_stars(none, none, o), OptionError);
}

}  // namespace
}  // namespace nightstack
