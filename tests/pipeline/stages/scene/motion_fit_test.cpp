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
    const MotionFit rigid = fit_motion(patches(turn, 30), {3, 0.01, 1});
    EXPECT_TRUE(rigid.turn_fitted);
    EXPECT_EQ(rigid.agreeing, 30);
    EXPECT_LT(rms_distance(rigid.moved, turn, kField), 1e-3);
    const Transform scaled = Transform({1.001, 0, -0.3, 0, 1.001, 0.2, 0, 0, 1});
    EXPECT_LT(rms_distance(fit_motion(patches(scaled, 30), {4, 0.01, 1}).moved, scaled, kField), 1e-3);
    const MotionFit shift = fit_motion(patches(Transform::shift(1.3, -0.6), 30), {2, 0.01, 1});
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
    const MotionFit fit = fit_motion(all, {2, 0.01, 1});
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
    const MotionFit fit = fit_motion(all, {3, 0.01, 1});
    EXPECT_LT(rms_distance(fit.moved, truth, kField), 0.05);
    EXPECT_EQ(fit.agreeing, 18);
    EXPECT_EQ(fit.voting, 30);
}

TEST(MotionFit, PatchesThatKnowNothingDoNotVote) {
    std::vector<PatchMotion> all = patches(Transform::shift(0.2, 0.1), 10);
    for (std::size_t k = 0; k < 6; ++k) all[k].along_error = all[k].across_error = 5;
    all[6].counts = false;  // not found: that is a vote
    const MotionFit fit = fit_motion(all, {2, 0.01, 1});
    EXPECT_EQ(fit.voting, 4);
    EXPECT_EQ(fit.agreeing, 3);
}

TEST(MotionFit, NoPatchesNoMotion) {
    const MotionFit fit = fit_motion({}, {3, 0.01, 1});
    EXPECT_EQ(fit.agreeing, 0);
    EXPECT_EQ(fit.moved, Transform());
}

// Edges of one direction all over a field, which is turned by half a degree here and there, as sampling does it.
std::vector<PatchMotion> bars(Point moved, double error, std::mt19937& rng) {
    std::normal_distribution<double> normal(0, 1);
    std::vector<PatchMotion> out = patches(Transform(), 40);
    for (PatchMotion& p : out) {
        const double angle = 1.2 + 0.01 * normal(rng);
        p.ux = std::cos(angle);
        p.uy = std::sin(angle);
        p.along = std::cos(1.2) * moved.x + std::sin(1.2) * moved.y + error * normal(rng);
        p.across = 0.1 * normal(rng);
        p.along_error = error;
        p.across_error = 0.1;  // the sampling's
        p.roundness = 0.002;
    }
    return out;
}

TEST(MotionFit, PredictsItsScatter) {
    for (const double error : {0.02, 0.1, 0.4}) {
        for (const int n : {6, 40}) {
            double squares = 0, predicted = 0;
            constexpr int kSeeds = 60;
            for (unsigned seed = 0; seed < kSeeds; ++seed) {
                std::mt19937 rng(seed);
                std::normal_distribution<double> normal(0, std::hypot(error, 0.04));
                std::vector<PatchMotion> all = patches(Transform::shift(0.3, -0.2), n);
                double middle_x = 0, middle_y = 0;
                for (PatchMotion& p : all) {
                    p.along += normal(rng);
                    p.across += normal(rng);
                    p.along_error = p.across_error = error;
                    middle_x += p.at.x / n;
                    middle_y += p.at.y / n;
                }
                const MotionFit fit = fit_motion(all, {3, 1, 1});
                ASSERT_TRUE(fit.turn_fitted);
                for (const PatchMotion& p : all) {
                    const Point to = fit.moved(p.at);
                    const double dx = to.x - p.at.x - 0.3, dy = to.y - p.at.y + 0.2;
                    squares += (dx * dx + dy * dy) / n / kSeeds;
                }
                predicted += fit.error_px * fit.error_px / kSeeds;
            }
            const double ratio = std::sqrt(predicted / squares);
            EXPECT_GT(ratio, 1 / 1.5) << error << " " << n;
            EXPECT_LT(ratio, 1.5) << error << " " << n;
        }
    }
}

TEST(MotionFit, KnowsThatBarsTellNothingAlongThem) {
    std::mt19937 rng(3);
    const std::vector<PatchMotion> all = bars({0.6, 0.3}, 0.03, rng);
    const MotionFit fit = fit_motion(all, {3, 0.01, 1});
    EXPECT_GT(fit.weakest_error, 1);
    EXPECT_FALSE(fit.weakest.is_turn());
    EXPECT_LT(std::abs(fit.weakest.unit[0] * std::cos(1.2) + fit.weakest.unit[1] * std::sin(1.2)), 0.02);
    FitOptions held{3, 0.01, 1, {}, fit.weakest};
    const MotionFit again = fit_motion(all, held);
    const MotionTerms t = terms_of(fit.weakest.middle, fit.weakest.radius, again.moved);
    EXPECT_LT(std::abs(dot(t, fit.weakest.unit)), 1e-4);
    EXPECT_NEAR(std::cos(1.2) * t[0] + std::sin(1.2) * t[1], 0.6 * std::cos(1.2) + 0.3 * std::sin(1.2), 0.03);
    EXPECT_LT(again.error_px, 0.05);
}

TEST(MotionFit, TextureThatDoesNotMoveAlongTellsNothing) {
    const std::vector<PatchMotion> before = patches(Transform(), 20);
    const MotionFit fit = fit_motion(before, {3, 0.01, 1});
    MotionAxis axis = fit.weakest;
    axis.unit = {0.6, 0.8, 0, 0};
    EXPECT_NEAR(response(before, patches(Transform::shift(-0.3, -0.4), 20), axis, 0.5, fit, 1), 1, 1e-9);
    EXPECT_NEAR(response(before, before, axis, 0.5, fit, 1), 0, 1e-9);
}

// A turn of 0.004 rad that is known to 0.002: taken from patches far apart, not where it has to stand out.
TEST(MotionFit, ATurnStandsOutOrIsNone) {
    std::vector<PatchMotion> all = patches(turned_and_shifted(1000, 600, 0.2, 0, 0), 8);
    for (PatchMotion& p : all) p.along_error = p.across_error = 1.5;
    FitOptions options{3, 0.006, 3};
    EXPECT_TRUE(fit_motion(all, options).turn_fitted);
    options.turned = 0;
    EXPECT_FALSE(fit_motion(all, options).turn_fitted);
    options.turned = 0.02;
    EXPECT_TRUE(fit_motion(all, options).turn_fitted);
}

}  // namespace
}  // namespace nightstack
