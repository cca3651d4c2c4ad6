// SPDX-License-Identifier: MIT
// The coarse search alone, on planes of its size.
#include "pipeline/stages/scene/coarse_search.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/pipeline/stages/scene/scenes.h"

namespace nightstack {
namespace {

constexpr int kWidth = 120, kHeight = 67;
constexpr Rect kField{0, 0, kWidth, kHeight};

Image<float> plane(const Transform& ref_from_frame, double gain, double noise, unsigned seed) {
    return drawn(texture(8, 25), kWidth, kHeight, {ref_from_frame, gain, 100, noise, seed});
}

std::vector<CoarseGuess> guesses(const Transform& truth, const Transform& prior, bool turned) {
    const Image<float> reference = plane({}, 1000, 10, 1), frame = plane(truth, 600, 10, 2);
    const CoarseSearch search(reference.cview(), 4);
    CoarseScratch scratch;
    search.take_frame(scratch, frame.cview());
    return search.guesses(scratch, prior, turned);
}

TEST(CoarseSearch, FindsShiftsToAPixel) {
    for (const Point shift : {Point{0, 0}, {0.4, -0.3}, {9.3, 4.6}, {-31.2, 14.1}}) {
        const Transform truth = Transform::shift(shift.x, shift.y);
        const auto found = guesses(truth, {}, false);
        ASSERT_FALSE(found.empty()) << shift.x;
        EXPECT_LT(rms_distance(found[0].ref_from_frame, truth, kField), 1.0) << shift.x;
        EXPECT_GT(found[0].correlation, 0.5);
    }
}

TEST(CoarseSearch, FindsTurnsAroundThePrior) {
    for (const double degrees : {-5.5, 3.0, 4.3}) {
        const Transform truth = turned_and_shifted(kWidth, kHeight, degrees, 5, -3);
        const auto found = guesses(truth, {}, true);
        ASSERT_FALSE(found.empty()) << degrees;
        EXPECT_LT(rms_distance(found[0].ref_from_frame, truth, kField), 1.5) << degrees;
    }
    const Transform far = turned_and_shifted(kWidth, kHeight, 40, 4, 6);
    const auto found = guesses(far, turned_and_shifted(kWidth, kHeight, 40.3, 0, 0), false);
    ASSERT_FALSE(found.empty());
    EXPECT_LT(rms_distance(found[0].ref_from_frame, far, kField), 1.0);
}

TEST(CoarseSearch, SlopesOfTheSkyAreNoScene) {
    const auto sloped = [](double x, double y, unsigned seed) {
        return drawn([=](Point p) { return (x * p.x + y * p.y) / kWidth; }, kWidth, kHeight, {{}, 10000, 100, 20, seed});
    };
    const Image<float> reference = sloped(1, 0.5, 3), frame = sloped(1, 0.4, 4);
    const CoarseSearch search(reference.cview(), 4);
    CoarseScratch scratch;
    search.take_frame(scratch, frame.cview());
    EXPECT_TRUE(search.guesses(scratch, {}, false).empty());
}

}  // namespace
}  // namespace nightstack
