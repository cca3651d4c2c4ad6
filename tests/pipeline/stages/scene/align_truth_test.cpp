// SPDX-License-Identifier: MIT
// Alignment against what is known of drawn frames: Moon, planet, landscape; shifted, turned, with noise, another gain,
// and with things that move by themselves.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <thread>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/stages/scene/scene_aligner.h"
#include "tests/pipeline/stages/scene/scenes.h"
#include "tests/support/every_level.h"

namespace nightstack {
namespace {

constexpr double kPeak = 10000, kSnr = 50;

// A scene, where in the reference it is, and how it is taken.
struct Taken {
    Scene scene;
    int width, height;
    Rect where;
    Image<float> frame(const Transform& ref_from_frame, double gain, double noise, unsigned seed) const {
        return drawn(scene, width, height, {ref_from_frame, gain, 500, noise, seed});
    }
    Image<float> reference() const { return frame({}, kPeak, kPeak / kSnr, 1); }
    // Through thin cloud: less light, a higher level, as much noise against it.
    Image<float> light(const Transform& ref_from_frame, unsigned seed) const {
        Image<float> out = frame(ref_from_frame, 0.6 * kPeak, 0.6 * kPeak / kSnr, seed);
        for (int y = 0; y < height; ++y) {
            for (float& v : out.view().row(y)) v += 700;
        }
        return out;
    }
    // Of the answer, over the scene, px.
    double error(const Transform& found, const Transform& truth) const {
        return rms_distance(found * truth.inverse(), Transform(), where);
    }
};

Taken a_landscape() { return {landscape(1, 960, 540), 960, 540, {0, 0, 960, 540}}; }
Taken a_moon() { return {moon(5, {450, 260}, 170), 960, 540, {280, 90, 340, 340}}; }
Taken a_planet(double diameter) {
    const int d = static_cast<int>(diameter);
    return {planet({400, 300}, diameter), 960, 540, {400 - d / 2, 300 - d / 2, d, d}};
}

double rms_of(const std::vector<double>& errors) {
    double sum = 0;
    for (const double e : errors) sum += e * e;
    return std::sqrt(sum / static_cast<double>(errors.size()));
}

std::vector<double> errors_over(const Taken& taken, const std::vector<Transform>& truths) {
    const SceneAligner aligner(taken.reference().cview());
    std::vector<double> errors;
    unsigned seed = 10;
    for (const Transform& truth : truths) {
        const auto match = aligner.match(taken.light(truth, ++seed).cview(), Transform());
        EXPECT_TRUE(match) << "frame " << seed;
        if (!match) continue;
        EXPECT_NEAR(match->gain, 0.6, 0.03);
        errors.push_back(taken.error(match->ref_from_frame, truth));
    }
    return errors;
}

std::vector<Transform> shifts() {
    return {Transform::shift(0, 0), Transform::shift(0.3, -0.2), Transform::shift(5.5, 3.71),
            Transform::shift(-41.3, 22.8)};
}

TEST(SceneAligner, LandscapesToATwentiethOfAPixel) { EXPECT_LT(rms_of(errors_over(a_landscape(), shifts())), 0.05); }

TEST(SceneAligner, TheMoonToATenthOfAPixelAtItsLimb) { EXPECT_LT(rms_of(errors_over(a_moon(), shifts())), 0.1); }

TEST(SceneAligner, PlanetsToATenthOfAPixel) {
    for (const double diameter : {20.0, 35.0, 60.0})
        EXPECT_LT(rms_of(errors_over(a_planet(diameter), shifts())), 0.1) << diameter;
}

TEST(SceneAligner, TurnsOfALandscapeToAHundredthOfADegree) {
    const Taken taken{landscape(2, 1920, 1080), 1920, 1080, {0, 0, 1920, 1080}};
    const SceneAligner aligner(taken.reference().cview());
    for (const double degrees : {-5.0}) {
        const Transform truth = turned_and_shifted(1920, 1080, degrees, 21.4, -9.6);
        const auto match = aligner.match(taken.light(truth, 3).cview(), Transform());
        ASSERT_TRUE(match) << degrees;
        EXPECT_TRUE(match->turn_fitted);
        const double off = (match->ref_from_frame * truth.inverse()).rotation_rad() * 180 / std::numbers::pi;
        EXPECT_LT(std::abs(off), 0.01) << degrees;
        EXPECT_LT(taken.error(match->ref_from_frame, truth), 0.05) << degrees;
        EXPECT_NEAR(match->ref_from_frame.scale(), 1, 1e-12);
    }
}

// The field of a mount in altitude and azimuth turns by far more than is ever searched: the prior follows it.
TEST(SceneAligner, FollowsAFieldThatTurnsOnAndOn) {
    const Taken taken = a_moon();
    const SceneAligner aligner(taken.reference().cview());
    Transform prior;
    for (double degrees = 0; degrees <= 60; degrees += 5) {
        const Transform truth = turned_and_shifted(960, 540, degrees, 0.5 * degrees, -0.3 * degrees);
        const auto match = aligner.match(taken.light(truth, 5).cview(), prior);
        ASSERT_TRUE(match) << degrees;
        EXPECT_LT(taken.error(match->ref_from_frame, truth), 0.3) << degrees;
        prior = match->ref_from_frame;
    }
}

TEST(SceneAligner, FindsItsWayWithAWrongPrior) {
    const Taken taken = a_landscape();
    const SceneAligner aligner(taken.reference().cview());
    const Transform truth = Transform::shift(30.2, -11.7);
    const Image<float> frame = taken.light(truth, 6);
    const std::vector<Transform> priors = {Transform::shift(-300, 200), turned_and_shifted(960, 540, 90, 0, 0),
                                           Transform::shift(1e9, 0), Transform({0, 0, 0, 0, 0, 0, 0, 0, 1}),
                                           Transform::shift(std::nan(""), 0)};
    for (const Transform& prior : priors) {
        const auto match = aligner.match(frame.cview(), prior);
        ASSERT_TRUE(match);
        EXPECT_LT(taken.error(match->ref_from_frame, truth), 0.05);
    }
}

// A bird, people before the houses, and clouds that drift over a third of the picture.
TEST(SceneAligner, LeavesOutWhatMovesByItself) {
    const Taken still = a_landscape();
    const auto busy = [&](double time, const Transform& ref_from_frame, unsigned seed) {
        const Scene clouds = texture(77, 90);
        Taken t = still;
        t.scene = [=](Point p) {
            double v = still.scene(p);
            if (p.y < 180) v = 0.3 + 0.6 * clouds({p.x - 6 * time, p.y - 2 * time});
            for (const double x : {200.0, 420.0, 700.0}) {
                if (std::abs(p.x - x - 9 * time) < 12 && std::abs(p.y - 430) < 30) v = 0.05;
            }
            return v;
        };
        return t.frame(ref_from_frame, kPeak, kPeak / kSnr, seed);
    };
    const SceneAligner aligner(busy(0, {}, 1).cview());
    for (const double time : {1.0, 2.0, 4.0}) {
        const Transform truth = turned_and_shifted(960, 540, 0.2, 3.3, -1.8);
        const auto match = aligner.match(busy(time, truth, 3).cview(), Transform());
        ASSERT_TRUE(match) << time;
        EXPECT_LT(match->agreeing, match->patches);
        EXPECT_LT(still.error(match->ref_from_frame, truth), 0.1) << time;
    }
}

// Hot pixels lie still while the Moon moves.
TEST(SceneAligner, IsNotHeldByHotPixels) {
    const Taken taken = a_moon();
    const auto with_hot = [&](Image<float> plane) {
        std::mt19937 rng(4);
        for (int k = 0; k < 1500; ++k)
            plane.view()(static_cast<int>(rng() % 960), static_cast<int>(rng() % 540)) += 9000;
        return plane;
    };
    const SceneAligner aligner(with_hot(taken.reference()).cview());
    const Transform truth = Transform::shift(3.4, -2.2);
    const auto match = aligner.match(with_hot(taken.light(truth, 8)).cview(), Transform());
    ASSERT_TRUE(match);
    EXPECT_LT(taken.error(match->ref_from_frame, truth), 0.3);
}

TEST(SceneAligner, FitsAScaleWhereAsked) {
    const Taken taken = a_landscape();
    SceneOptions options;
    options.model = SceneModel::similarity;
    const SceneAligner aligner(taken.reference().cview(), options);
    const Transform truth =
        Transform::shift(480, 270) * Transform::similarity(1.004, 0.01, 2, 3) * Transform::shift(-480, -270);
    const auto match = aligner.match(taken.light(truth, 9).cview(), Transform());
    ASSERT_TRUE(match);
    EXPECT_NEAR(match->ref_from_frame.scale(), 1.004, 5e-5);
    EXPECT_LT(taken.error(match->ref_from_frame, truth), 0.05);
}

// Same bits whatever the level, and from several threads at once.
TEST(SceneAligner, GivesTheSameBitsEverywhere) {
    const Taken taken = a_landscape();
    const Image<float> reference = taken.reference();
    const Image<float> frame = taken.light(turned_and_shifted(960, 540, 1.2, 8, 5), 2);
    std::vector<Transform> found;
    at_every_level([&] {
        const SceneAligner aligner(reference.cview());
        found.push_back(aligner.match(frame.cview(), Transform()).value().ref_from_frame);
    });
    const SceneAligner aligner(reference.cview());
    std::vector<Transform> by_thread(4);
    {
        std::vector<std::jthread> threads;
        for (Transform& t : by_thread)
            threads.emplace_back([&] { t = aligner.match(frame.cview(), Transform()).value().ref_from_frame; });
    }
    for (const auto* all : {&found, &by_thread}) {
        for (const Transform& t : *all) EXPECT_EQ(t, found[0]);
    }
}

TEST(SceneAligner, RefusesOptionsThatCannotWork) {
    const Image<float> plane(64, 64);
    const auto with = [&](auto change) {
        SceneOptions o;
        change(o);
        return SceneAligner(plane.cview(), o);
    };
    EXPECT_THROW(with([](SceneOptions& o) { o.most_turn_deg = 31; }), OptionError);
    EXPECT_THROW(with([](SceneOptions& o) { o.least_share = 0; }), OptionError);
    EXPECT_THROW(with([](SceneOptions& o) { o.agree_px = std::nan(""); }), OptionError);
    EXPECT_NO_THROW(with([](SceneOptions& o) { o.most_turn_deg = 0; }));
}

}  // namespace
}  // namespace nightstack
