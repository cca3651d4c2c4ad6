// SPDX-License-Identifier: MIT
// Scenes that do not tell how they lie along one axis of motion: what is not known is held as expected or refused, and
// the predicted error is the true one.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "pipeline/stages/scene/scene_aligner.h"
#include "tests/pipeline/stages/scene/scenes.h"

namespace nightstack {
namespace {

constexpr int kWidth = 640, kHeight = 360;

double across(Point p, double tilt_deg) {
    const double t = tilt_deg * std::numbers::pi / 180;
    return (p.y - 170) * std::cos(t) - (p.x - 320) * std::sin(t);
}

Scene horizon(double tilt_deg) {
    return [=](Point p) {
        const double t = std::clamp(0.5 - across(p, tilt_deg) / 3, 0.0, 1.0);
        return 0.2 + 0.6 * t * t * (3 - 2 * t);
    };
}

Scene bars(double tilt_deg) {
    return [=, lines = texture(9, 60)](Point p) { return 0.2 + 0.6 * lines({31.5, across(p, tilt_deg)}); };
}

// Boats on the horizon.
Scene sea(double tilt_deg) {
    return [=, empty = horizon(tilt_deg)](Point p) {
        double v = empty(p);
        for (const double x : {120.0, 330.0, 520.0}) {
            const double t = std::clamp(1 - std::hypot(p.x - x, p.y - 150) / 16, 0.0, 1.0);
            v -= 0.5 * t * t * (3 - 2 * t) * v;
        }
        return v;
    };
}

Image<float> taken(const Scene& scene, const Transform& ref_from_frame, double snr, unsigned seed) {
    return drawn(scene, kWidth, kHeight, {ref_from_frame, 10000, 500, 10000 / snr, seed});
}

TEST(SceneUndetermined, AlongABareHorizonThePriorIsKept) {
    const Transform truth = Transform::shift(0.7, 1.2);
    for (const double tilt : {0.0, 7.0}) {
        for (const Scene& scene : {horizon(tilt), bars(tilt)}) {
            const SceneAligner aligner(taken(scene, {}, 30, 1).cview());
            const auto match = aligner.match(taken(scene, truth, 30, 2).cview(), Transform());
            ASSERT_TRUE(match) << tilt;
            EXPECT_TRUE(match->held);
            const double t = tilt * std::numbers::pi / 180;
            const Point to = (match->ref_from_frame * truth.inverse())({320, 180});
            EXPECT_NEAR((to.y - 180) * std::cos(t) - (to.x - 320) * std::sin(t), 0, 0.1);
            const Point from_prior = match->ref_from_frame({320, 180});
            EXPECT_NEAR((from_prior.x - 320) * std::cos(t) + (from_prior.y - 180) * std::sin(t), 0, 0.15);
        }
    }
}

TEST(SceneUndetermined, AHorizonThatHasMovedIsRefusedWithItsDirection) {
    for (const double tilt : {0.0, 7.0}) {
        const SceneAligner aligner(taken(horizon(tilt), {}, 30, 1).cview());
        const Image<float> frame = taken(horizon(tilt), Transform::shift(3, 9.4), 30, 2);
        std::optional<SceneUnknown> unknown;
        EXPECT_FALSE(aligner.match(frame.cview(), Transform(), &unknown));
        ASSERT_TRUE(unknown);
        EXPECT_FALSE(unknown->turn);
        EXPECT_GT(unknown->error_px, 1);
        const double off = std::abs(unknown->direction_deg - tilt);
        EXPECT_LT(std::min(off, 180 - off), 3);
        EXPECT_TRUE(aligner.match(frame.cview(), Transform::shift(3, 9), &unknown));  // the last frame's place
        EXPECT_FALSE(unknown);
    }
}

TEST(SceneUndetermined, ThreeBoatsAreEnough) {
    const Transform truth = Transform::shift(5.3, 9.4);
    for (const double tilt : {0.0, 7.0}) {
        const SceneAligner aligner(taken(sea(tilt), {}, 50, 1).cview());
        const auto match = aligner.match(taken(sea(tilt), truth, 50, 2).cview(), Transform());
        ASSERT_TRUE(match) << tilt;
        EXPECT_FALSE(match->held);
        EXPECT_LT(rms_distance(match->ref_from_frame, truth, {100, 100, 440, 100}), 0.2) << tilt;
    }
}

// Predicted and true errors over seeds, where nothing is held.
TEST(SceneUndetermined, ErrorsAreAsLargeAsPredicted) {
    struct Case {
        const char* name;
        Scene scene;
        Rect where;
        double snr;
    };
    const Rect all{0, 0, kWidth, kHeight};
    const std::vector<Case> cases{{"landscape", landscape(1, kWidth, kHeight), all, 30},
                                  {"landscape", landscape(1, kWidth, kHeight), all, 8},
                                  {"planet", planet({300, 200}, 40), {280, 180, 40, 40}, 10},
                                  {"moon", moon(5, {330, 170}, 140), {190, 30, 280, 280}, 12}};
    const Transform truth = Transform::shift(3.3, -1.6);
    for (const Case& c : cases) {
        const Image<float> clean = taken(c.scene, {}, 1e9, 1), moved = taken(c.scene, truth, 1e9, 1);
        double predicted = 0, squares = 0;
        constexpr unsigned kSeeds = 12;
        for (unsigned seed = 0; seed < kSeeds; ++seed) {
            Image<float> reference = clean.clone(), frame = moved.clone();
            add_noise(reference.view(), 10000 / c.snr, 2 * seed + 1);
            add_noise(frame.view(), 10000 / c.snr, 2 * seed + 2);
            const auto match = SceneAligner(reference.cview()).match(frame.cview(), Transform());
            ASSERT_TRUE(match) << c.name;
            EXPECT_FALSE(match->held) << c.name;
            predicted += match->error_px * match->error_px;
            const double off = rms_distance(match->ref_from_frame * truth.inverse(), Transform(), c.where);
            squares += off * off;
        }
        const double ratio = std::sqrt(predicted / squares);
        EXPECT_GT(ratio, 1 / 1.6) << c.name << " " << c.snr << ": " << std::sqrt(squares / kSeeds) << " px";
        EXPECT_LT(ratio, 1.6) << c.name << " " << c.snr << ": " << std::sqrt(squares / kSeeds) << " px";
    }
}

}  // namespace
}  // namespace nightstack
