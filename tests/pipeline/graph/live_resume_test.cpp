// SPDX-License-Identifier: MIT
// A live run that goes on where another stood makes of the next lights, to the last bit, what that one would have made.
#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "tests/pipeline/graph/rendered_night.h"
#include "tests/pipeline/stages/scene/scenes.h"

namespace nightstack {
namespace {

// All that a run knows, as it would be written to a disk.
LiveMemory told(LiveRun& run, std::span<const Light> lights) {
    LiveMemory memory{std::move(*run.stack_to_finish()), run.grid(), run.reference(), {}, nullptr};
    for (std::size_t i = 0; i < run.reports().size(); ++i)
        memory.lights.push_back({run.reports()[i], lights[i].info, lights[i].format});
    for (TakenLight& light : memory.lights) light.report.figures.group = 0;  // which no file tells
    if (run.aligned_by() == AlignedBy::scene) memory.reference_light = &lights[*run.reference()];
    return memory;
}

void expect_same(const LiveRun& got, const LiveRun& want, const std::string& where) {
    ASSERT_NE(got.stack(), nullptr) << where;
    EXPECT_TRUE(*got.stack() == *want.stack()) << where;
    EXPECT_EQ(got.reference(), want.reference()) << where;
    EXPECT_EQ(got.model(), want.model()) << where;
    EXPECT_EQ(got.white_adu(), want.white_adu()) << where;
    EXPECT_EQ(got.canvas().pixels, want.canvas().pixels) << where;
    ASSERT_EQ(got.reports().size(), want.reports().size()) << where;
    for (std::size_t i = 0; i < got.reports().size(); ++i) {
        const LightReport &a = got.reports()[i], &b = want.reports()[i];
        EXPECT_EQ(a.judgement.text, b.judgement.text) << where << ", light " << i;
        EXPECT_EQ(a.judgement.verdict, b.judgement.verdict) << where << ", light " << i;
        EXPECT_EQ(a.block, b.block) << where << ", light " << i;
        EXPECT_EQ(a.ref_from_frame, b.ref_from_frame) << where << ", light " << i;
        EXPECT_EQ(a.figures.group, b.figures.group) << where << ", light " << i;
    }
}

// Stops after every light after which it may, and goes on; the odd ones go on a second time.
int resume_everywhere(std::span<const Light> lights, const LiveRunOptions& options) {
    SerialRunner serial;
    LiveRun want(options, serial);
    for (const Light& light : lights) want.take(light);
    int resumed = 0;
    for (std::size_t stop = 0; stop < lights.size(); ++stop) {
        LiveRun first(options, serial);
        for (const Light& light : lights.first(stop)) first.take(light);
        if (!first.settled()) continue;
        ++resumed;
        LiveRun second(options, serial, told(first, lights));
        EXPECT_TRUE(second.settled());
        second.take(lights[stop]);
        if (stop % 2 == 1) {
            LiveRun third(options, serial, told(second, lights));
            for (const Light& light : lights.subspan(stop + 1)) third.take(light);
            expect_same(third, want, "stopped twice after " + std::to_string(stop));
        } else {
            for (const Light& light : lights.subspan(stop + 1)) second.take(light);
            expect_same(second, want, "stopped after " + std::to_string(stop));
        }
    }
    return resumed;
}

TEST(LiveResume, GoesOnAsIfItHadNeverStopped) {
    const RenderedNight night(moving_night(9), 70);
    LiveRunOptions options;
    options.sampling.demosaic = DemosaicKind::superpixel;
    EXPECT_EQ(resume_everywhere(night.lights(), options), 7);
}

// Clouds, shaken and broken frames: verdicts depend on the figures of the lights before.
TEST(LiveResume, JudgesAsBefore) {
    for (const unsigned seed : {1U, 2U}) {
        std::mt19937 dice(seed);
        const RenderedNight night(troubled_night(12, dice), 70);
        auto lights = night.lights();
        for (std::size_t i = 0; i < lights.size(); i += 3) lights[i].info.gain = 40;  // groups of two kinds
        EXPECT_GT(resume_everywhere(lights, {}), 3) << seed;
    }
}

TEST(LiveResume, OverTheEndOfABlock) {
    const RenderedNight night(moving_night(6), 70);
    std::vector<Light> lights;
    for (int i = 0; i < 67; ++i) lights.push_back(night.lights()[static_cast<std::size_t>(i % 6)]);
    SerialRunner serial;
    LiveRunOptions options;
    options.sampling.demosaic = DemosaicKind::superpixel;
    LiveRun want(options, serial);
    for (const Light& light : lights) want.take(light);
    auto run = std::make_unique<LiveRun>(options, serial);
    std::size_t taken = 0;
    for (const std::size_t stop : {63U, 64U, 65U}) {
        while (taken < stop) run->take(lights[taken++]);
        run = std::make_unique<LiveRun>(options, serial, told(*run, lights));
    }
    while (taken < lights.size()) run->take(lights[taken++]);
    expect_same(*run, want, "stopped after 63, 64 and 65");
    EXPECT_EQ(want.reports().back().block, 1U);
}

// The edge of a disc was taken for stars at first: two lights are gone before the scene took over.
TEST(LiveResume, ByTheSceneThatTookOverFromStars) {
    constexpr int kWidth = 320, kHeight = 240;
    const Scene disc = [](Point p) {
        const double r = std::hypot(p.x - 160, p.y - 120) / 77;
        return r > 1 ? 0.0 : 0.4 + 0.6 * std::sqrt(1 - r * r);
    };
    std::vector<Image<float>> frames;
    for (int k = 0; k < 7; ++k) {
        frames.push_back(drawn(disc, kWidth, kHeight,
                               {turned_and_shifted(kWidth, kHeight, 0.5 * k, 4.3 * k, -2.6 * k), 6000, 400, 15,
                                static_cast<unsigned>(k) + 1}));
    }
    std::vector<Light> lights;
    for (const Image<float>& f : frames)
        lights.push_back(light_of(f.cview(), {kWidth, kHeight, PixelKind::mono, {}}, "disc"));
    LiveRunOptions options;
    options.align = AlignBy::automatic;
    SerialRunner serial;
    LiveRun run(options, serial);
    run.take(lights[0]);
    EXPECT_EQ(run.aligned_by(), AlignedBy::stars) << "nothing is tested";
    for (std::size_t i = 1; i < lights.size(); ++i) run.take(lights[i]);
    EXPECT_EQ(run.aligned_by(), AlignedBy::scene);
    EXPECT_GE(resume_everywhere(lights, options), 3);
}

TEST(LiveResume, ByTheSceneOfItsReference) {
    constexpr int kWidth = 320, kHeight = 240;
    std::vector<Image<float>> frames;
    for (int k = 0; k < 5; ++k) {
        frames.push_back(drawn(moon(5, {160, 120}, 75), kWidth, kHeight,
                               {turned_and_shifted(kWidth, kHeight, 0.3 * k, 3.3 * k, -2.1 * k), 6000, 400, 60,
                                static_cast<unsigned>(k) + 1}));
    }
    std::vector<Light> lights;
    for (const Image<float>& f : frames)
        lights.push_back(light_of(f.cview(), {kWidth, kHeight, PixelKind::mono, {}}, "moon"));
    LiveRunOptions options;
    options.align = AlignBy::automatic;
    EXPECT_EQ(resume_everywhere(lights, options), 3);
}

}  // namespace
}  // namespace nightstack
