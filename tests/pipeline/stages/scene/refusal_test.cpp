// SPDX-License-Identifier: MIT
// No match rather than a wrong one: frames in which nothing is, and frames of something else.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/stages/scene/scene_aligner.h"
#include "tests/pipeline/stages/scene/scenes.h"

namespace nightstack {
namespace {

constexpr int kWidth = 480, kHeight = 270;

Image<float> of(const Scene& scene, double gain, double noise, unsigned seed) {
    return drawn(scene, kWidth, kHeight, {{}, gain, 500, noise, seed});
}

Image<float> of_value(float value) {
    Image<float> out(kWidth, kHeight);
    for (int y = 0; y < kHeight; ++y) {
        for (float& v : out.view().row(y)) v = value;
    }
    return out;
}

// What a night has besides the scene: an empty name means no texture.
std::vector<Image<float>> empty_frames() {
    std::vector<Image<float>> out;
    out.push_back(of_value(0));
    out.push_back(of_value(65535));
    out.push_back(of_value(std::numeric_limits<float>::quiet_NaN()));
    out.push_back(of_value(std::numeric_limits<float>::infinity()));
    out.push_back(of([](Point) { return 0.0; }, 1, 20, 3));                                           // black
    out.push_back(of([](Point p) { return 0.5 + 0.3 * p.y / kHeight; }, 9000, 95, 4));                // fog
    out.push_back(of([](Point p) { return 0.2 + 0.4 * p.x * p.x / kWidth / kWidth; }, 9000, 95, 5));  // dawn
    return out;
}

// As films and strips of a panorama may be.
TEST(SceneRefusal, OddShapesAreAlignedOrShowNothing) {
    constexpr std::pair<int, int> kSizes[] = {{640, 72},  {72, 640},  {520, 48},    {1920, 128}, {2048, 135},
                                              {4096, 32}, {32, 8192}, {16384, 100}, {33, 33},    {32, 32}};
    for (const auto& [width, height] : kSizes) {
        const Scene scene = texture(3, 40);
        const Image<float> reference = drawn(scene, width, height, {});
        const Transform lies = Transform::shift(2, -1);
        const Image<float> frame = drawn(scene, width, height, {lies});
        const SceneAligner aligner(reference.cview());
        const auto match = aligner.match(frame.cview(), Transform());
        if (!aligner.has_texture()) {
            EXPECT_FALSE(match);
            continue;
        }
        if (match) {
            EXPECT_LT(rms_distance(match->ref_from_frame, lies, {0, 0, width, height}), 1) << width << 'x' << height;
        }
    }
}

TEST(SceneRefusal, NothingMatchesAnEmptyReference) {
    const Image<float> frame = of(landscape(1, kWidth, kHeight), 9000, 100, 1);
    for (const Image<float>& empty : empty_frames()) {
        const SceneAligner aligner(empty.cview());
        EXPECT_FALSE(aligner.has_texture());
        EXPECT_FALSE(aligner.match(frame.cview(), Transform()));
    }
}

TEST(SceneRefusal, EmptyFramesMatchNothing) {
    for (const Scene& scene : {landscape(1, kWidth, kHeight), moon(2, {240, 130}, 90), planet({200, 100}, 40)}) {
        const SceneAligner aligner(of(scene, 9000, 100, 1).cview());
        ASSERT_TRUE(aligner.has_texture());
        for (const Image<float>& empty : empty_frames()) EXPECT_FALSE(aligner.match(empty.cview(), Transform()));
    }
}

TEST(SceneRefusal, AnotherSizeDoesNotMatch) {
    const Image<float> frame = of(landscape(1, kWidth, kHeight), 9000, 100, 1);
    const SceneAligner aligner(frame.cview());
    EXPECT_TRUE(aligner.match(frame.cview(), Transform()));
    EXPECT_FALSE(aligner.match(frame.cview().cropped({0, 0, kWidth - 1, kHeight}), Transform()));
    EXPECT_FALSE(aligner.match({}, Transform()));
    const SceneAligner small(frame.cview().cropped({0, 0, kWidth, kLeastScenePx - 1}));
    EXPECT_FALSE(small.has_texture());
}

// Landscapes, textures, clouds and the Moon, each against all of another kind or seed. Of 1,700 such pairs none
// matched.
TEST(SceneRefusal, UnlikeScenesDoNotMatch) {
    struct Named {
        std::string kind;
        Image<float> frame;
    };
    std::vector<Named> all;
    for (unsigned k = 0; k < 2; ++k) {
        all.push_back({"landscape", of(landscape(100 * k + 7, kWidth, kHeight), 9000, 150, k)});
        all.push_back({"texture", of(texture(31 * k + 5, 60 + 20 * k), 9000, 150, k + 20)});
        all.push_back({"cloud", of(texture(91 * k + 3, 200), 2000, 100, k + 30)});
        Image<float> soft = blurred(of(texture(17 * k + 2, 200), 3000, 0, 1).cview(), 12);
        add_noise(soft.view(), 60, k + 40);
        all.push_back({"soft cloud", std::move(soft)});
    }
    all.push_back({"moon", of(moon(9, {240, 140}, 80), 9000, 150, 50)});
    all.push_back({"planet", of(planet({200, 150}, 45), 9000, 150, 51)});
    for (const Named& reference : all) {
        const SceneAligner aligner(reference.frame.cview());
        for (const Named& other : all) {
            const auto match = aligner.match(other.frame.cview(), Transform());
            EXPECT_EQ(match.has_value(), &other == &reference) << reference.kind << " and " << other.kind;
        }
    }
}

// One in ten thousand pixels is no number, as a reader may leave them.
TEST(SceneRefusal, AFewPixelsThatAreNoNumbersDoNoHarm) {
    const Scene scene = landscape(1, kWidth, kHeight);
    const SceneAligner aligner(of(scene, 9000, 100, 1).cview());
    Image<float> frame = drawn(scene, kWidth, kHeight, {Transform::shift(4.2, 1.3), 9000, 500, 100, 2});
    for (int k = 0; k < 12; ++k) frame.view()(37 * k + 5, 19 * k + 8) = std::numeric_limits<float>::quiet_NaN();
    const auto match = aligner.match(frame.cview(), Transform());
    ASSERT_TRUE(match);
    EXPECT_LT(rms_distance(match->ref_from_frame, Transform::shift(4.2, 1.3), {0, 0, kWidth, kHeight}), 0.1);
}

}  // namespace
}  // namespace nightstack
