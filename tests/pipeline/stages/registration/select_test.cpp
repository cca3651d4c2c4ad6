// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/select.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

#include "fields.h"

namespace nightstack {
namespace {

using namespace testing_fields;

Transform tilted() { return Transform({1, 0, 0, 0, 1, 0, 1e-6, -6e-7, 1}); }
Transform sheared() { return Transform({1.0012, 0.0008, -1, -0.0006, 0.9991, 2, 0, 0, 1}); }

TEST(Register, AccuracyIsNearTheory) {
    std::mt19937 rng(51);
    constexpr int trials = 30;
    constexpr int stars = 150;
    double square = 0;
    for (int i = 0; i < trials; ++i) {
        const Scene s = make_scene(rng, motion(uniform(rng, 0.02, 0.2), 40, 20), stars, 30, 30, 0.05 / std::sqrt(2));
        const Registration r = register_frame(s.ref, s.frame);
        ASSERT_TRUE(r.ok()) << r.text;
        EXPECT_EQ(r.model, TransformModel::similarity);
        const double e = grid_error(r.ref_from_frame, s.ref_from_frame);
        square += e * e / trials;
    }
    EXPECT_LT(std::sqrt(square), 1.5 * 0.05 * std::sqrt(4.0 / stars));
}

TEST(Register, ChoosesTheModelThatIsReallyThere) {
    std::mt19937 rng(52);
    const struct {
        TransformModel model;
        Transform truth;
    } cases[] = {
        {TransformModel::shift, Transform::shift(31.4, -12.7)},
        {TransformModel::similarity, motion(0.3, 31.4, -12.7)},
        {TransformModel::similarity, motion(std::numbers::pi, 10, 5, 1.003)},
        {TransformModel::affine, motion(0.3, 31.4, -12.7) * sheared()},
        {TransformModel::homography, motion(-2, 31.4, -12.7) * tilted()},
    };
    for (const auto& c : cases) {
        for (int i = 0; i < 8; ++i) {
            const Scene s = make_scene(rng, c.truth, 160, 40, 40, 0.05);
            const Registration r = register_frame(s.ref, s.frame);
            ASSERT_TRUE(r.ok()) << name(c.model) << ": " << r.text;
            EXPECT_EQ(r.model, c.model) << "trial " << i;
            EXPECT_LT(grid_error(r.ref_from_frame, c.truth), 0.05) << name(c.model);
            EXPECT_NEAR(r.residual_px, 0.1, 0.03);
            EXPECT_GE(r.pairs.size(), 150U);
        }
    }
}

TEST(Register, StrongDistortionIsFollowedToTheCorners) {
    std::mt19937 rng(53);
    const Transform strong = motion(1, 10, 5) * Transform({1.006, 0.003, 0, -0.003, 0.995, 0, 2e-6, 0, 1});
    const Scene s = make_scene(rng, strong, 150, 20, 20, 0.05);
    const Registration r = register_frame(s.ref, s.frame);
    ASSERT_TRUE(r.ok()) << r.text;
    EXPECT_EQ(r.model, TransformModel::homography);
    EXPECT_LT(grid_error(r.ref_from_frame, strong), 0.1);  // turned corners hold no common stars
    EXPECT_GE(r.pairs.size(), 145U);
}

TEST(Register, FluxRatioIgnoresSaturatedAndFaintStars) {
    std::mt19937 rng(54);
    Scene s = make_scene(rng, motion(0.3, 31, -12), 100, 20, 20, 0.05);  // frame = 0.8 ref
    for (std::size_t i = 0; i < s.frame.size(); ++i) {
        if (i < 15) {
            s.frame[i].saturated = true;
            s.frame[i].flux *= 0.3;
        }
        if (s.frame[i].flux < 350) s.frame[i].flux *= 1.5;
    }
    const Registration r = register_frame(s.ref, s.frame);
    ASSERT_TRUE(r.ok());
    ASSERT_TRUE(r.flux_ratio);
    EXPECT_NEAR(*r.flux_ratio, 0.8, 1e-6);
    for (Star& x : s.frame) x.saturated = true;
    EXPECT_FALSE(register_frame(s.ref, s.frame).flux_ratio);
}

TEST(Register, RefusalsSayWhyInNumbers) {
    std::mt19937 rng(55);
    const StarList a = random_stars(rng, 40);
    const StarList b = random_stars(rng, 50);
    const Registration r = register_frame(a, b);
    EXPECT_EQ(r.reason, Reason::no_match);
    EXPECT_EQ(r.ref_stars, 40);
    EXPECT_EQ(r.frame_stars, 50);
    EXPECT_NE(r.text.find("50 stars in the frame, 40 in the reference"), std::string::npos) << r.text;
    EXPECT_EQ(register_frame(a, {}).reason, Reason::no_stars);
    EXPECT_EQ(register_frame({}, {}).reason, Reason::no_stars);
}

TEST(Register, AForcedModelIsUsedAndGivesWayOnlyWhenItMust) {
    std::mt19937 rng(56);
    Scene s = make_scene(rng, motion(0.3, 31, -12), 60, 0, 0, 0.05);
    RegistrationOptions o;
    for (const TransformModel m : {TransformModel::similarity, TransformModel::affine, TransformModel::homography}) {
        o.model = m;
        EXPECT_EQ(register_frame(s.ref, s.frame, o).model, m);
    }
    const Scene few = make_scene(rng, motion(0.01, 31, -12), 3, 0, 0, 0.02);
    o.match.prior = few.ref_from_frame;
    o.model = TransformModel::homography;
    EXPECT_EQ(register_frame(few.ref, few.frame, o).model, TransformModel::affine);
}

TEST(Register, MirroredFrameFitsWithAReflection) {
    std::mt19937 rng(57);
    const Transform t = motion(0.3, 31, -12) * Transform({-1, 0, width_px - 1, 0, 1, 0, 0, 0, 1});
    const Scene s = make_scene(rng, t, 100, 20, 20, 0.05);
    RegistrationOptions o;
    o.match.allow_mirrored = true;
    const Registration r = register_frame(s.ref, s.frame, o);
    ASSERT_TRUE(r.ok());
    EXPECT_TRUE(r.mirrored);
    EXPECT_EQ(r.model, TransformModel::similarity);
    EXPECT_LT(grid_error(r.ref_from_frame, t), 0.05);
}

std::vector<Registration> night(std::mt19937& rng, const std::vector<Transform>& truths) {
    std::vector<Registration> frames;
    for (const Transform& t : truths) {
        const Scene s = make_scene(rng, t, 80, 20, 20, 0.05);
        frames.push_back(register_frame(s.ref, s.frame));
        EXPECT_TRUE(frames.back().ok());
    }
    return frames;
}

TEST(SessionModel, OneForTheWholeNight) {
    std::mt19937 rng(58);
    std::vector<Transform> guided;
    std::vector<Transform> turning;
    std::vector<Transform> flipped;
    std::vector<Transform> refracted;
    for (int i = 0; i < 24; ++i) {
        guided.push_back(Transform::shift(uniform(rng, -9, 9), uniform(rng, -9, 9)));
        turning.push_back(motion(0.01 * i, i, -i));
        flipped.push_back(i < 18 ? guided.back() : motion(std::numbers::pi, 20, 10));
        refracted.push_back(motion(0.01 * i, i, -i) * sheared());
    }
    EXPECT_EQ(choose_session_model(night(rng, guided)), TransformModel::shift);
    EXPECT_EQ(choose_session_model(night(rng, turning)), TransformModel::similarity);
    EXPECT_EQ(choose_session_model(night(rng, flipped)), TransformModel::similarity);
    EXPECT_EQ(choose_session_model(night(rng, refracted)), TransformModel::affine);
    EXPECT_EQ(choose_session_model({}), TransformModel::similarity);
}

TEST(SessionModel, SwitchingNeedsNoNewSearch) {
    std::mt19937 rng(59);
    const Scene s = make_scene(rng, motion(0.3, 31, -12), 80, 20, 20, 0.05);
    const Registration own = register_frame(s.ref, s.frame);
    RegistrationOptions o;
    o.model = TransformModel::affine;
    const Registration forced = register_frame(s.ref, s.frame, o);
    const Registration switched = with_model(own, TransformModel::affine);
    EXPECT_EQ(switched.model, TransformModel::affine);
    EXPECT_EQ(switched.ref_from_frame, forced.ref_from_frame);
    EXPECT_EQ(switched.pairs, forced.pairs);
    Registration refused;
    refused.reason = Reason::no_match;
    EXPECT_EQ(with_model(refused, TransformModel::affine).reason, Reason::no_match);
}

}  // namespace
}  // namespace nightstack
