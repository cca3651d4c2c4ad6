// SPDX-License-Identifier: MIT
// The live stack over whole nights: which light is the reference, where the picture lies, what becomes of lights that
// are not as they should be, of trails in any frame, and of too little memory.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/core/error.h"
#include "tests/pipeline/graph/rendered_night.h"

namespace nightstack {
namespace {

StreamOptions with(DemosaicKind kind, Framing framing = Framing::max) {
    StreamOptions options;
    options.live.sampling.demosaic = kind;
    options.live.framing = framing;
    return options;
}

Light unreadable(Light light) {
    light.read = [name = light.name](ImageView<float>, Rect, int) { throw IoError(name + ": gone", 5); };
    return light;
}

float night_sky(ImageView<const float> plane) {
    std::vector<float> all;
    for (int y = 0; y < plane.height(); ++y) {
        for (const float v : plane.row(y)) {
            if (v != 0) all.push_back(v);
        }
    }
    std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2), all.end());
    return all[all.size() / 2];
}

// The same light in each way: same reference, same model, so the same samples.
TEST(StreamRun, CoversWhatTheOfflineStackCoversAndAgreesWithIt) {
    sky::NightOptions o = quiet_night(8, 300, 220);
    o.mount = {12, -7, 2, 25, false};
    o.atmosphere.rise = 0.3;
    const RenderedNight night(o, 90);
    OfflineOptions offline;
    offline.registration.reference = 0;
    offline.registration.registration.model = TransformModel::similarity;
    offline.integrate.combine.grow_px = 0;
    StreamOptions stream;
    stream.live.registration.model = TransformModel::similarity;
    const Stack want = run_night(night.lights(), offline);
    const Stack got = stream_night(night.lights(), stream);
    ASSERT_EQ(got.summary.stacked, 8U);
    EXPECT_EQ(*got.summary.reference, 0U);
    EXPECT_EQ(got.summary.canvas.x0, want.summary.canvas.x0);
    EXPECT_EQ(got.summary.canvas.y0, want.summary.canvas.y0);
    ASSERT_EQ(got.summary.canvas.width, want.summary.canvas.width);
    ASSERT_EQ(got.summary.canvas.height, want.summary.canvas.height);
    for (std::size_t p = 0; p < 3; ++p) {
        EXPECT_TRUE(same_bits(got.coverage[p].cview(), want.coverage[p].cview())) << p;
        std::vector<double> off;
        for (int y = 0; y < got.summary.canvas.height; ++y) {
            for (int x = 0; x < got.summary.canvas.width; ++x) {
                if (got.coverage[p].view()(x, y) < 8) continue;
                off.push_back(std::abs(static_cast<double>(got.value[p].view()(x, y) - want.value[p].view()(x, y))));
            }
        }
        ASSERT_GT(off.size(), 10000U);
        std::nth_element(off.begin(), off.begin() + static_cast<std::ptrdiff_t>(off.size() / 2), off.end());
        // Sky of 200 e- and 8 frames: a noise of 5; most pixels have the same samples in both, weighed in eighths.
        EXPECT_LT(off[off.size() / 2], 0.5) << p;
    }
    for (std::size_t i = 0; i < 8; ++i) {
        const auto& a = got.summary.lights[i];
        EXPECT_EQ(a.ref_from_frame->row_major(), want.summary.lights[i].ref_from_frame->row_major()) << i;
        EXPECT_EQ(a.block, std::optional<std::size_t>(0));
        EXPECT_GT(a.weight[0], 0);
    }
}

// The mean of what `got` has more than `want` along a line of a frame, so many rows below it; off stars, where a trail
// is little beside what a core may differ from frame to frame.
double more_along(const Stack& got, const Stack& want, std::size_t frame, double first_row, int below) {
    const float no_star = night_sky(want.value[1].cview()) + 60;
    const Transform canvas_from_frame =
        got.summary.canvas.ref_from_canvas().inverse() * *got.summary.lights[frame].ref_from_frame;
    double sum = 0;
    int n = 0;
    for (int x = 30; x < 230; ++x) {
        const Point at = canvas_from_frame({static_cast<double>(x), first_row + 10.0 * (x + 10) / 290 + below});
        const auto cx = static_cast<int>(std::lround(at.x)), cy = static_cast<int>(std::lround(at.y));
        if (cx < 0 || cy < 0 || cx >= got.summary.canvas.width || cy >= got.summary.canvas.height) continue;
        if (got.coverage[1].view()(cx, cy) < 12 || want.value[1].view()(cx, cy) > no_star) continue;
        sum += static_cast<double>(got.value[1].view()(cx, cy) - want.value[1].view()(cx, cy));
        ++n;
    }
    EXPECT_GT(n, 100) << frame;
    return sum / n;
}

TEST(StreamRun, ATrailGoesInWhicheverFrame) {
    sky::NightOptions o = quiet_night(12, 260, 180);
    o.mount = {8, -5, 1.5, 2, false};
    const RenderedNight clean(o, 60);
    const std::vector<int> frames{0, 1, 6, 11};
    for (const int f : frames) o.anomalies.trails.push_back({f, {-10, 30.0 + 10 * f}, {280, 40.0 + 10 * f}, 600, 3});
    const RenderedNight trailed(o, 60);
    const Stack want = stream_night(clean.lights());
    const Stack got = stream_night(trailed.lights());
    ASSERT_EQ(got.summary.stacked, 12U);
    ASSERT_EQ(got.summary.canvas.width, want.summary.canvas.width);
    for (const int f : frames) {
        const auto along = [&](int below) {
            return more_along(got, want, static_cast<std::size_t>(f), 30 + 10 * f, below);
        };
        // So small a frame's sky is measured a little higher with a trail in it. Unrejected it would be 600 / 12 = 50.
        EXPECT_LT(std::abs(along(0) - 0.5 * (along(-5) + along(5))), 1.0) << "trail in frame " << f;
    }
}

TEST(StreamRun, TheFirstUsableLightIsTheReference) {
    sky::NightOptions o = quiet_night(6, 260, 180);
    o.mount = {8, -5, 1.5, 3, false};
    o.anomalies.defects = {{1, sky::DefectKind::zero}, {2, sky::DefectKind::capped}};
    const RenderedNight night(o, 70);
    auto lights = night.lights();
    lights[0] = unreadable(lights[0]);
    lights[4] = unreadable(lights[4]);
    const Stack s = stream_night(lights);
    ASSERT_TRUE(s.summary.reference);
    EXPECT_EQ(*s.summary.reference, 3U);
    EXPECT_EQ(s.summary.stacked, 2U);
    EXPECT_EQ(s.summary.rejected, 2U);
    EXPECT_EQ(s.summary.failed, 2U);
    EXPECT_EQ(s.summary.lights[0].judgement.reason, Reason::io);
    EXPECT_EQ(s.summary.lights[0].judgement.text, "light0: gone");
    EXPECT_EQ(s.summary.lights[1].judgement.reason, Reason::black);
    EXPECT_EQ(s.summary.lights[3].ref_from_frame->row_major(), Transform().row_major());
    EXPECT_FALSE(s.summary.lights[4].block);
}

TEST(StreamRun, OneLightAlone) {
    const RenderedNight night(quiet_night(1, 260, 180), 70);
    const Stack s = stream_night(night.lights(), with(DemosaicKind::superpixel));
    EXPECT_EQ(s.summary.stacked, 1U);
    ASSERT_EQ(s.value[0].width(), 130);
    const auto frame = night.frame(0);
    const CfaPattern cfa = *night.format().cfa;
    for (int y = 0; y < 90; ++y) {
        for (int x = 0; x < 130; ++x) {
            float red = 0;
            for (int i = 0; i < 4; ++i) {
                const int px = 2 * x + i % 2, py = 2 * y + i / 2;
                if (colour_at(cfa, px, py) == Colour::red) red = frame(px, py);
            }
            ASSERT_NEAR(s.value[0].view()(x, y), red, 0.1F) << x << " " << y;
            ASSERT_EQ(s.coverage[0].view()(x, y), 1);
        }
    }
}

TEST(StreamRun, NoUsableLightIsNoStack) {
    const RenderedNight night(quiet_night(2, 260, 180), 70);
    const RenderedNight starless(quiet_night(1, 260, 180), sky::Scene{});
    std::vector<Light> lights = night.lights();
    for (Light& light : lights) light = unreadable(light);
    lights.push_back(starless.lights()[0]);
    lights.push_back(night.lights()[0]);
    lights.back().settled = Judgement{Verdict::rejected, Reason::user, "excluded", {}};
    const Stack s = stream_night(lights);
    EXPECT_FALSE(s.summary.reference);
    EXPECT_EQ(s.begins, 0);
    EXPECT_EQ(s.summary.failed, 2U);
    EXPECT_EQ(s.summary.rejected, 2U);
    EXPECT_EQ(stream_night({}).summary.lights.size(), 0U);
}

TEST(StreamRun, FramingsOfHalfPixels) {
    sky::NightOptions o = quiet_night(4, 261, 181);
    o.mount = {23, -17, 0, 4, false};
    const RenderedNight night(o, 70);
    const Stack all = stream_night(night.lights(), with(DemosaicKind::superpixel));
    const Stack one = stream_night(night.lights(), with(DemosaicKind::superpixel, Framing::reference));
    const Stack shared = stream_night(night.lights(), with(DemosaicKind::superpixel, Framing::common));
    const Canvas &a = all.summary.canvas, &r = one.summary.canvas, &c = shared.summary.canvas;
    EXPECT_EQ(r.x0, 0);
    EXPECT_EQ(r.width, 130);
    EXPECT_EQ(r.height, 90);
    EXPECT_EQ(a.x0 % 2, 0);
    EXPECT_EQ(a.y0 % 2, 0);
    EXPECT_LT(a.width, 160);
    EXPECT_GT(a.width, 138);
    for (int y = 0; y < r.height; ++y) {
        for (int x = 0; x < r.width; ++x)
            ASSERT_EQ(one.value[1].view()(x, y), all.value[1].view()(x - a.x0 / 2, y - a.y0 / 2)) << x << " " << y;
    }
    EXPECT_EQ(c.x0 % 2, 0);
    for (int y = 0; y < c.height; ++y) {
        for (int x = 0; x < c.width; ++x) ASSERT_EQ(shared.coverage[1].view()(x, y), 4) << x << " " << y;
    }
}

// The scope was still moving when the first frame was taken.
TEST(StreamRun, AReferenceOfAnotherFieldGivesWay) {
    const RenderedNight other(quiet_night(1, 260, 180), 70, 9);
    const RenderedNight night(quiet_night(5, 260, 180), 70, 1);
    std::vector<Light> lights = other.lights();
    for (const Light& light : night.lights()) lights.push_back(light);
    const Stack s = stream_night(lights);
    ASSERT_TRUE(s.summary.reference);
    EXPECT_EQ(*s.summary.reference, 3U);
    EXPECT_EQ(s.summary.stacked, 3U);
    EXPECT_EQ(s.summary.lights[0].judgement.reason, Reason::no_match);
    EXPECT_NE(s.summary.lights[0].judgement.text.find("the reference at first"), std::string::npos);
    EXPECT_EQ(s.coverage[0].view()(100, 100), 3);
    lights.resize(3);  // two strangers are not enough
    EXPECT_EQ(*stream_night(lights).summary.reference, 0U);
}

TEST(StreamRun, TooLittleMemoryIsRefusedWithNumbers) {
    const RenderedNight night(quiet_night(2, 260, 180), 70);
    StreamOptions options;
    options.memory_bytes = stream_memory(night.format(), options.live).least - 1;
    try {
        stream_night(night.lights(), options);
        FAIL() << "less than the least sufficed";
    } catch (const OptionError& e) {
        EXPECT_NE(std::string(e.what()).find("--memory"), std::string::npos) << e.what();
    }
}

TEST(StreamRun, ALightThatDoesNotFitTheMemoryIsRejected) {
    sky::NightOptions o = quiet_night(3, 256, 200);
    o.mount = {180, -20, 0, 0, false};
    const RenderedNight night(o, 120);
    const StreamMemory need = stream_memory(night.format(), {});
    EXPECT_GT(need.most, need.least);
    LiveRunOptions options;
    options.stack_bytes = 6 * LiveTile::bytes(3, options.clip_depth);  // four under the reference, two beside it
    SerialRunner serial;
    LiveRun run(options, serial);
    const auto lights = night.lights();
    for (const Light& light : lights) run.take(light);
    EXPECT_EQ(run.reports()[1].judgement.verdict, Verdict::stacked);
    const LightReport& last = run.reports()[2];
    EXPECT_EQ(last.judgement.verdict, Verdict::rejected);
    EXPECT_EQ(last.judgement.reason, Reason::size);
    EXPECT_NE(last.judgement.text.find("--framing reference"), std::string::npos) << last.judgement.text;
    EXPECT_EQ(last.weight[0], 0);
    EXPECT_LE(run.stack()->memory_bytes(), options.stack_bytes);
    options.framing = Framing::reference;
    LiveRun within(options, serial);
    for (const Light& light : lights) EXPECT_EQ(within.take(light).judgement.verdict, Verdict::stacked);
}

TEST(StreamRun, RefusesWhatAStreamCannotDo) {
    StreamOptions drizzle;
    drizzle.live.sampling.drizzle = DrizzleOptions{};
    EXPECT_THROW(stream_night({}, drizzle), OptionError);
    StreamOptions weights;
    weights.live.weights = WeightKind::wfwhm;
    EXPECT_THROW(stream_night({}, weights), OptionError);
    StreamOptions depth;
    depth.live.clip_depth = 1;
    EXPECT_THROW(stream_night({}, depth), OptionError);
}

TEST(StreamRun, StopsAndLetsTheSinkThrow) {
    const RenderedNight night(quiet_night(2, 260, 180), 70);
    ThreadRunner runner(2);
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(stream_night(night.lights(), {}, runner, stop.get_token()), Interrupted);
    const StackSink full{[](const StackSummary&) {}, [](const StackTile&) { throw IoError("disk full", 28); }};
    EXPECT_THROW(run_stream(night.lights(), {}, full, runner, no_progress(), {}), IoError);
}

TEST(StreamRun, EveryLightLeavesWithOneVerdict) {
    std::mt19937 rng(12);
    for (int round = 0; round < 5; ++round) {
        const int frames = 1 + static_cast<int>(rng() % 7);
        const RenderedNight night(troubled_night(frames, rng), 60);
        std::vector<Light> lights = night.lights();
        for (Light& light : lights) {
            if (rng() % 8 == 0) light = unreadable(light);
            light.forced = rng() % 6 == 0;
        }
        const Stack s = stream_night(lights, with(DemosaicKind::superpixel));
        EXPECT_EQ(s.summary.lights.size(), lights.size());
        EXPECT_EQ(s.summary.stacked + s.summary.rejected + s.summary.failed, lights.size());
        for (const LightReport& l : s.summary.lights) {
            const bool stacked = l.judgement.verdict == Verdict::stacked;
            EXPECT_EQ(l.judgement.reason == Reason::none, stacked);
            EXPECT_EQ(l.judgement.text.empty(), stacked) << l.judgement.text;
            EXPECT_EQ(l.weight[0] > 0, stacked);
            EXPECT_EQ(l.block.has_value(), stacked);
        }
        EXPECT_EQ(s.summary.reference.has_value(), s.summary.stacked > 0);
    }
}

// The corners of the box about a turned light hold nothing of it and take no memory.
TEST(StreamRun, ATurnedLightTakesTheMemoryOfItsTilesNotOfItsBox) {
    sky::NightOptions o = quiet_night(2, 520, 360);
    o.mount = {0, 0, 0, 45, false};
    const RenderedNight night(o, 120);
    const std::vector<Light> lights = night.lights();
    SerialRunner serial;
    LiveRunOptions options;
    LiveRun free(options, serial);
    free.take(lights[0]);
    const LightReport turned = free.take(lights[1]);
    ASSERT_EQ(turned.judgement.verdict, Verdict::stacked);
    const Rect box = live_footprint(*turned.ref_from_frame, night.format(), night.format(), options.framing, 1);
    options.stack_bytes = free.stack()->memory_bytes();
    LiveRun tight(options, serial);
    tight.take(lights[0]);
    ASSERT_GT(tight.stack()->bytes_with(box), options.stack_bytes);
    EXPECT_EQ(tight.take(lights[1]).judgement.verdict, Verdict::stacked);
    --options.stack_bytes;
    LiveRun less(options, serial);
    less.take(lights[0]);
    EXPECT_EQ(less.take(lights[1]).judgement.reason, Reason::size);
}

// Pixels of floats may be anything. What cannot be counted is refused, whether it comes first or later; what is stacked
// can be told in numbers.
TEST(StreamRun, ValuesOfAnySizeAreTakenOrRefused) {
    RenderedNight night(quiet_night(4, 200, 140), 60);
    const std::vector<Light> lights = night.lights();
    const std::vector<std::pair<float, float>> kinds{{1e-30F, 0}, {1e12F, 0}, {1e30F, 0}, {1e34F, 0},
                                                     {1, -1e30F}, {1, 1e30F}, {1, -1e5F}, {1e34F, -3e38F},
                                                     {-1, 0},     {0, 1e38F}, {1e-20F, 0}};
    SerialRunner serial;
    for (const auto& [factor, more] : kinds) {
        for (const bool first : {true, false}) {
            Image<float> odd(200, 140);
            const ImageView<const float> from = std::as_const(night).frame(1);
            for (int y = 0; y < 140; ++y)
                for (int x = 0; x < 200; ++x) odd.view()(x, y) = from(x, y) * factor + more;
            odd.view()(7, 9) = std::numeric_limits<float>::quiet_NaN();
            odd.view()(8, 9) = std::numeric_limits<float>::infinity();
            const Light hostile = light_of(odd.cview(), night.format(), "odd");
            LiveRun run({}, serial);
            if (first) run.take(hostile);
            run.take(lights[0]);
            run.take(lights[2]);
            if (!first) run.take(hostile);
            ASSERT_NE(run.stack(), nullptr) << factor << " " << more;
            EXPECT_NO_THROW(run.stack()->options().check());
            for (const LightReport& r : run.reports()) {
                if (r.judgement.verdict != Verdict::stacked) continue;
                for (std::size_t p = 0; p < 3; ++p) {
                    EXPECT_TRUE(std::isfinite(r.scale[p]) && std::isfinite(r.offset[p])) << factor << " " << more;
                    EXPECT_TRUE(std::isfinite(r.tilt[p].level) && std::isfinite(r.tilt[p].along_x));
                }
                EXPECT_TRUE(std::isfinite(r.noise_adu) && std::isfinite(r.demosaic.pedestal));
            }
        }
    }
}

}  // namespace
}  // namespace nightstack
