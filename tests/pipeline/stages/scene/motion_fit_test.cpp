// SPDX-License-Identifier: MIT
// The fit alone, from patches made up.
#include "pipeline/stages/scene/motion_fit.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "tests/pipeline/stages/scene/scenes.h"

namespace nightstack {
namespace {

constexpr Rect kField{0, 0, 1000, 600};

// Patches all over a field, each with an axis of its own, moved as `moved` says.
std::vector<PatchMotion> patches(const Transform& moved, int n) {
    std::mt19937 rng(11);
    std::uniform_real_distribution<double> unit(0, 1);
    std::vector<PatchMotion> out;
    for (int k = 0; k < n; ++k) {
        PatchMotion p;
        p.at = {kField.width * unit(rng), kField.height * unit(rng)};
        const double angle = 3 * unit(rng);
        p.ux = std::cos(angle);
        p.uy = std::sin(angle);
        const Point to = moved(p.at);
        const double dx = to.x - p.at.x, dy = to.y - p.at.y;
        p.along = p.ux * dx + p.uy * dy;
        p.across = -p.uy * dx + p.ux * dy;
        p.along_error = 0.05;
        p.across_error = 0.05;
        out.push_back(p);
    }
    return out;
}

TEST(MotionFit, FindsShiftTurnAndScale) {
    const Transform turn = turned_and_shifted(1000, 600, 0.1, 0.7, -0.4);
    const MotionFit rigid = fit_motion(patches(turn, 30), 3, 0.01, 1);
    EXPECT_TRUE(rigid.turn_fitted);
    EXPECT_EQ(rigid.agreeing, 30);
    EXPECT_LT(rms_distance(rigid.moved, turn, kField), 1e-3);
    const Transform scaled = Transform({1.001, 0, -0.3, 0, 1.001, 0.2, 0, 0, 1});
    EXPECT_LT(rms_distance(fit_motion(patches(scaled, 30), 4, 0.01, 1).moved, scaled, kField), 1e-3);
    const MotionFit shift = fit_motion(patches(Transform::shift(1.3, -0.6), 30), 2, 0.01, 1);
    EXPECT_FALSE(shift.turn_fitted);
    EXPECT_LT(rms_distance(shift.moved, Transform::shift(1.3, -0.6), kField), 1e-6);
}

TEST(MotionFit, EdgesKnowOnlyWhatLiesAcrossThem) {
    const Transform truth = Transform::shift(1.1, 0.4);
    std::vector<PatchMotion> all = patches(truth, 12);
    for (PatchMotion& p : all) {
        p.across = 2.5;  // an edge has slid along itself
        p.across_error = 0;
    }
    const MotionFit fit = fit_motion(all, 2, 0.01, 1);
    EXPECT_LT(rms_distance(fit.moved, truth, kField), 1e-6);
    EXPECT_EQ(fit.agreeing, 12);
}

TEST(MotionFit, WhatMovesByItselfIsLeftOut) {
    const Transform truth = turned_and_shifted(1000, 600, 0.05, 0.5, 0.3);
    std::vector<PatchMotion> all = patches(truth, 30);
    for (std::size_t k = 0; k < 12; ++k) {  // a cloud over two fifths
        all[k].along += 2.2 * all[k].ux;
        all[k].across += -2.2 * all[k].uy;
    }
    const MotionFit fit = fit_motion(all, 3, 0.01, 1);
    EXPECT_LT(rms_distance(fit.moved, truth, kField), 0.05);
    EXPECT_EQ(fit.agreeing, 18);
    EXPECT_EQ(fit.voting, 30);
}

TEST(MotionFit, PatchesThatKnowNothingDoNotVote) {
    std::vector<PatchMotion> all = patches(Transform::shift(0.2, 0.1), 10);
    for (std::size_t k = 0; k < 6; ++k) all[k].along_error = all[k].across_error = 5;
    all[6].counts = false;  // not found: that is a vote
    const MotionFit fit = fit_motion(all, 2, 0.01, 1);
    EXPECT_EQ(fit.voting, 4);
    EXPECT_EQ(fit.agreeing, 3);
}

TEST(MotionFit, NoPatchesNoMotion) {
    const MotionFit fit = fit_motion({}, 3, 0.01, 1);
    EXPECT_EQ(fit.agreeing, 0);
    EXPECT_EQ(fit.moved, Transform());
}

}  // namespace
}  // namespace nightstack
