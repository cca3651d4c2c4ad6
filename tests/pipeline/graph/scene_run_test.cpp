// SPDX-License-Identifier: MIT
// The live stack by what lights show: which light is the reference, what of another view and of stars becomes of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <string>
#include <vector>

#include "tests/pipeline/graph/rendered_night.h"
#include "tests/pipeline/stages/scene/scenes.h"

namespace nightstack {
namespace {

constexpr int kWidth = 320, kHeight = 240;

StreamOptions aligned(AlignBy by) {
    StreamOptions options;
    options.live.align = by;
    options.live.framing = Framing::reference;
    return options;
}

// Lights of scenes, kept for as long as they are read.
class Lights {
public:
    explicit Lights(PixelKind kind = PixelKind::mono) {
        format_ = {kWidth, kHeight, kind, {}};
        if (kind == PixelKind::cfa) format_.cfa = CfaPattern::rggb;
    }
    void add(const Scene& scene, const Transform& ref_from_frame, double noise = 60) {
        const auto n = static_cast<unsigned>(frames_.size());
        frames_.push_back(drawn(scene, kWidth, kHeight, {ref_from_frame, 6000, 400, noise, n + 1}));
        all_.push_back(light_of(frames_.back().cview(), format_, "scene " + std::to_string(n)));
    }
    const std::vector<Light>& all() const { return all_; }
    const StreamFormat& format() const { return format_; }

private:
    StreamFormat format_;
    std::deque<Image<float>> frames_;
    std::vector<Light> all_;
};

double off(const LightReport& light, const Transform& truth) {
    return rms_distance(light.ref_from_frame.value(), truth, {100, 60, 120, 120});
}

// Superpixel planes are half as large: transforms are of frames all the same.
TEST(SceneRun, LaysTheMoonOnItselfInEveryKindOfPlane) {
    for (const PixelKind kind : {PixelKind::mono, PixelKind::cfa}) {
        for (const DemosaicKind demosaic : {DemosaicKind::superpixel, DemosaicKind::linear}) {
            Lights lights(kind);
            for (int k = 0; k < 5; ++k)
                lights.add(moon(5, {160, 120}, 75), turned_and_shifted(kWidth, kHeight, 0.3 * k, 3.3 * k, -2.1 * k));
            StreamOptions options = aligned(AlignBy::automatic);
            options.live.sampling.demosaic = demosaic;
            const Stack stack = stream_night(lights.all(), options);
            EXPECT_EQ(stack.summary.aligned_by, AlignedBy::scene);
            ASSERT_EQ(stack.summary.stacked, 5U);
            for (std::size_t k = 0; k < 5; ++k) {
                const double n = static_cast<double>(k);
                EXPECT_LT(off(stack.summary.lights[k], turned_and_shifted(kWidth, kHeight, 0.3 * n, 3.3 * n, -2.1 * n)),
                          0.25);
                EXPECT_TRUE(stack.summary.lights[k].figures.sharpness);
                EXPECT_FALSE(stack.summary.lights[k].figures.stars);
            }
        }
    }
}

TEST(SceneRun, AFirstLightWithNothingInItIsNoReference) {
    Lights lights;
    lights.add([](Point) { return 0.5; }, {});
    lights.add([](Point p) { return 0.3 + 0.2 * p.y / kHeight; }, {});
    for (int k = 0; k < 3; ++k) lights.add(landscape(3, kWidth, kHeight), Transform::shift(2.5 * k, 1.5 * k));
    const Stack stack = stream_night(lights.all(), aligned(AlignBy::automatic));
    EXPECT_EQ(stack.summary.reference, 2U);
    EXPECT_EQ(stack.summary.stacked, 3U);
    for (const std::size_t k : {0U, 1U})
        EXPECT_EQ(stack.summary.lights[k].judgement.reason, Reason::no_match) << stack.summary.lights[k].judgement.text;
}

// The scope was still moving at the first.
TEST(SceneRun, ThreeLightsOfAnotherViewTakeTheReference) {
    Lights lights;
    lights.add(landscape(3, kWidth, kHeight), {});
    for (int k = 0; k < 5; ++k) lights.add(landscape(400, kWidth, kHeight), Transform::shift(1.5 * k, 0.7 * k));
    const Stack stack = stream_night(lights.all(), aligned(AlignBy::scene));
    EXPECT_EQ(stack.summary.reference, 3U);
    EXPECT_EQ(stack.summary.stacked, 3U);
    EXPECT_EQ(stack.summary.lights[0].judgement.reason, Reason::no_match);
    EXPECT_LT(off(stack.summary.lights[5], Transform::shift(3, 1.4)), 0.2);
}

// A horizon tells nothing along itself: what has moved is not laid anywhere.
TEST(SceneRun, SaysAlongWhatALightIsNotKnown) {
    Lights lights;
    const Scene horizon = [](Point p) { return 0.2 + 0.2 * std::clamp(1 - (p.y - 110) / 2, 0.0, 2.0); };
    for (const double y : {0.0, 0.6, 9.0}) lights.add(horizon, Transform::shift(0, y));
    const Stack stack = stream_night(lights.all(), aligned(AlignBy::scene));
    EXPECT_EQ(stack.summary.stacked, 2U);
    const Judgement& judged = stack.summary.lights[2].judgement;
    EXPECT_EQ(judged.reason, Reason::no_match);
    EXPECT_NE(judged.text.find("no structure along"), std::string::npos) << judged.text;
}

// A night that begins in cloud is not aligned by clouds when its stars come out.
TEST(SceneRun, StarsTakeOverFromACloud) {
    sky::NightOptions o = quiet_night(6, kWidth, kHeight);
    o.mount = {12, -7, 2, 25, false};
    const RenderedNight night(o, 90);
    Image<float> cloud = drawn(texture(9, 150), kWidth, kHeight, {{}, 3000, 1000, 25, 3});
    std::vector<Light> lights{light_of(cloud.cview(), night.format(), "cloud")};
    for (const Light& light : night.lights()) lights.push_back(light);
    const Stack stack = stream_night(lights, aligned(AlignBy::automatic));
    EXPECT_EQ(stack.summary.aligned_by, AlignedBy::stars);
    EXPECT_EQ(stack.summary.reference, 3U);
    EXPECT_EQ(stack.summary.lights[0].judgement.reason, Reason::no_match);
    EXPECT_EQ(stack.summary.stacked, 4U);
}

// What to align by was decided when the grid was begun.
TEST(SceneRun, OnAnothersGridStarsAreNeeded) {
    const RenderedNight night(quiet_night(2, kWidth, kHeight), 90);
    SerialRunner serial;
    LiveRunOptions options = aligned(AlignBy::automatic).live;
    LiveRun first(options, serial);
    first.take(night.lights()[0]);
    options.grid = std::make_shared<const LiveGrid>(first.grid());
    LiveRun second(options, serial);
    EXPECT_EQ(second.take(night.lights()[1]).judgement.verdict, Verdict::stacked);
    Image<float> cloud = drawn([](Point) { return 0.5; }, kWidth, kHeight, {{}, 3000, 100, 25, 3});
    const Light starless = light_of(cloud.cview(), night.format(), "cloud");
    EXPECT_EQ(second.prepare(starless).planes->count, 0) << "planes for nobody";
    EXPECT_EQ(second.take(starless).judgement.reason, Reason::no_stars);
    EXPECT_EQ(second.aligned_by(), AlignedBy::stars);
}

TEST(SceneRun, ByStarsNothingHasChanged) {
    const RenderedNight night(moving_night(6), 80);
    const Stack stars = stream_night(night.lights(), aligned(AlignBy::stars));
    const Stack either = stream_night(night.lights(), aligned(AlignBy::automatic));
    EXPECT_TRUE(stars.same_pixels(either));
    EXPECT_EQ(stars.summary.stacked, either.summary.stacked);
    Lights moons;
    for (int k = 0; k < 2; ++k) moons.add(moon(5, {160, 120}, 75), Transform::shift(k, k));
    const Stack none = stream_night(moons.all(), aligned(AlignBy::stars));
    EXPECT_EQ(none.summary.stacked, 0U);
    EXPECT_FALSE(none.summary.reference);
}

TEST(SceneRun, GivesTheSameBitsWithAnyThreads) {
    Lights lights(PixelKind::cfa);
    for (int k = 0; k < 4; ++k)
        lights.add(landscape(3, kWidth, kHeight), turned_and_shifted(kWidth, kHeight, 0.2 * k, 2.5 * k, 1.5 * k));
    SerialRunner one;
    ThreadRunner three(3);
    const StreamOptions options = aligned(AlignBy::scene);
    EXPECT_TRUE(stream_night(lights.all(), options, one).same_pixels(stream_night(lights.all(), options, three)));
}

}  // namespace
}  // namespace nightstack
