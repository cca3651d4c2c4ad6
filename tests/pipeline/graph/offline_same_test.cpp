// SPDX-License-Identifier: MIT
// What must not change the result: tiles, memory, runners, threads, instruction level, a light that
// gets lost on the way.
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/graph/tbb_runner.h"
#include "pipeline/simd/cpu_level.h"
#include "tests/pipeline/graph/rendered_night.h"

namespace nightstack {
namespace {

TEST(OfflineRun, SameBitsForEveryRunnerMemoryAndInstructionLevel) {
    const RenderedNight night(moving_night(5), 70);
    Calibration calibration;
    calibration.filter_impulses = true;
    const auto lights = calibrated_by(calibration, night.lights());
    SerialRunner serial;
    for (const DemosaicKind kind : {DemosaicKind::linear, DemosaicKind::superpixel}) {
        OfflineOptions options;
        options.integrate.demosaic = kind;
        options.integrate.combine.grow_px = 2;
        const Stack want = run_night(lights, options, serial);
        ASSERT_EQ(want.summary.stacked, 5U);
        OfflineOptions plain = options;
        plain.integrate.combine.grow_px = 0;
        EXPECT_FALSE(run_night(lights, plain, serial).same_pixels(want)) << "nothing grew";
        ThreadRunner threads(3);
        EXPECT_TRUE(run_night(lights, options, threads).same_pixels(want)) << "threads";
        TbbRunner tbb(4);
        OfflineOptions little = options;
        little.memory_bytes = std::size_t{18} << 20;
        EXPECT_TRUE(run_night(lights, little, tbb).same_pixels(want)) << "memory, TBB";
        const CpuLevel best = cpu_level();
        limit_cpu_level(CpuLevel::sse2);
        EXPECT_TRUE(run_night(lights, options, threads).same_pixels(want)) << "SSE2";
        limit_cpu_level(best);
    }
}

// Exposures mixed in one run: each light loses its own dark, and only its own. Pictures and darks are whole numbers,
// so that what is added comes off again to the last bit.
TEST(OfflineRun, EveryLightHasItsOwnCalibration) {
    const RenderedNight night(moving_night(4), 70);
    const DefectMap defects(260, 180, {{50, 50}, {52, 50}, {99, 3}});
    Calibration clean[2];
    clean[0].defects = &defects;
    clean[1].filter_impulses = true;
    Calibration mixed[2] = {clean[0], clean[1]};
    Image<float> dark[2] = {Image<float>(260, 180), Image<float>(260, 180)};
    std::vector<Image<float>> raw;
    std::vector<Light> want_lights = night.lights();
    std::vector<Light> lights;
    for (std::size_t k = 0; k < 2; ++k) {
        for (int y = 0; y < 180; ++y)
            for (int x = 0; x < 260; ++x)
                dark[k].view()(x, y) = static_cast<float>((k == 0 ? 100 : 2000) + (7 * x + 3 * y) % 50);
        mixed[k].offset_adu = k == 0 ? 125 : 2025;
    }
    mixed[0].masters.dark = dark[0].cview();
    mixed[1].masters.bias = dark[1].cview();
    for (std::size_t i = 0; i < night.size(); ++i) {
        raw.emplace_back(260, 180);
        for (int y = 0; y < 180; ++y)
            for (int x = 0; x < 260; ++x) raw.back().view()(x, y) = night.frame(i)(x, y) + dark[i % 2].cview()(x, y);
        want_lights[i].calibration = &clean[i % 2];
        lights.push_back(light_of(raw.back().cview(), night.format(), want_lights[i].name));
        lights.back().calibration = &mixed[i % 2];
    }
    SerialRunner serial;
    const Stack want = run_night(want_lights, {}, serial);
    ASSERT_EQ(want.summary.stacked, 4U);
    const Stack got = run_night(lights, {}, serial);
    EXPECT_TRUE(got.same_pixels(want));
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(got.summary.lights[i].figures.background, want.summary.lights[i].figures.background) << i;
        EXPECT_EQ(got.summary.lights[i].figures.stars, want.summary.lights[i].figures.stars) << i;
    }
    lights[3].calibration = &mixed[0];
    EXPECT_FALSE(run_night(lights, {}, serial).same_pixels(want)) << "the dark of the others";
}

// One canvas in tiles of every size; integrate_lights is asked directly, since no amount of memory plans these.
TEST(IntegrateLights, SameBitsForEveryTileSize) {
    RenderedNight night(moving_night(4, 200, 140), 30);
    for (int i = 0; i < 40; ++i) night.frame(2)(5 * i, (37 * i) % 140) = std::numeric_limits<float>::quiet_NaN();
    const DefectMap defects(200, 140, {{50, 50}, {52, 50}, {99, 3}, {0, 0}, {199, 139}});
    Calibration calibration;
    calibration.filter_impulses = true;
    calibration.defects = &defects;
    const auto lights = calibrated_by(calibration, night.lights());
    std::vector<AcceptedLight> accepted;
    std::vector<Transform> transforms;
    for (std::size_t i = 0; i < lights.size(); ++i) {
        AcceptedLight a;
        a.light = &lights[i];
        a.ref_from_frame = night.night().truth(static_cast<int>(i)).frame_from_scene.inverse();
        a.tilt[1] = {3, 0.01, -0.02, true};
        a.noise_adu = 16;
        a.noise_variance = a.tested_variance = {256, 256, 256};
        transforms.push_back(a.ref_from_frame);
        accepted.push_back(a);
    }
    std::vector<std::pair<IntegrateOptions, int>> ways(6);  // and their scales
    for (auto& [way, scale] : ways) scale = 1;
    ways[0].first.demosaic = DemosaicKind::rcd;
    ways[1].first.demosaic = DemosaicKind::bilinear;
    ways[2].first.demosaic = DemosaicKind::superpixel;
    ways[3].second = 2;
    ways[4].first.drizzle = DrizzleOptions{};
    ways[5] = {IntegrateOptions{}, 2};
    ways[5].first.drizzle = DrizzleOptions{DrizzleKernel::gaussian, 0.8};
    ways.emplace_back(IntegrateOptions{}, 1);
    for (auto& [options, fineness] : ways) {
        options.combine.grow_px = 2;
        const double scale = sampled_geometry(lights[0].format, options).scale * fineness;
        const Canvas canvas = plan_canvas(transforms, 200, 140, Framing::max, scale);
        std::vector<Image<float>> first;
        for (const int side : {4096, 61, 17, 7}) {
            TilePlan plan{side, 1, {}};
            for (int y = 0; y < canvas.height; y += side) {
                for (int x = 0; x < canvas.width; x += side) {
                    plan.tiles.push_back({x, y, std::min(side, canvas.width - x), std::min(side, canvas.height - y)});
                }
            }
            std::vector<Image<float>> planes;
            for (int p = 0; p < 6; ++p) planes.emplace_back(canvas.width, canvas.height);
            const auto put = [&](const StackTile& t) {
                for (int y = 0; y < t.tile.height; ++y) {
                    for (int x = 0; x < t.tile.width; ++x) {
                        planes[static_cast<std::size_t>(t.plane)].view()(t.tile.x + x, t.tile.y + y) = t.value(x, y);
                        planes[static_cast<std::size_t>(t.plane) + 3].view()(t.tile.x + x, t.tile.y + y) =
                            t.variance(x, y);
                    }
                }
            };
            SerialRunner serial;
            integrate_lights(accepted, canvas, plan, options, put, serial, [] {}, {});
            if (first.empty()) {
                first = std::move(planes);
                continue;
            }
            for (std::size_t p = 0; p < 6; ++p) {
                EXPECT_TRUE(same_bits(planes[p].cview(), first[p].cview()))
                    << name(options.demosaic) << " " << scale << " " << side << " " << p;
            }
        }
    }
}

// Readable until the lights are measured, from the first row to the last, then never again.
Light lost_after_measuring(Light light) {
    auto measured = std::make_shared<std::atomic<bool>>(false);
    const auto read = light.read;
    light.read = [measured, read, height = light.format.height, file = light.name](ImageView<float> out, Rect region,
                                                                                   int plane) {
        if (*measured) throw FormatError(file + ": the file shrank");
        read(out, region, plane);
        if (region.bottom() == height) *measured = true;
    };
    return light;
}

TEST(OfflineRun, ALightLostInTheSecondPassCostsOnlyItself) {
    sky::NightOptions o = moving_night(6);
    o.atmosphere.rise = 0.3;
    const RenderedNight night(o, 70);
    OfflineOptions options;
    options.registration.reference = 0;
    options.integrate.demosaic = DemosaicKind::bilinear;
    std::vector<Light> lights = night.lights();
    lights[3] = lost_after_measuring(lights[3]);
    lights[5] = lost_after_measuring(lights[5]);
    const Stack got = run_night(lights, options);
    EXPECT_EQ(got.begins, 2);
    EXPECT_EQ(got.summary.stacked, 4U);
    EXPECT_EQ(got.summary.failed, 2U);
    for (const std::size_t i : {3U, 5U}) {
        const LightReport& lost = got.summary.lights[i];
        EXPECT_EQ(lost.judgement.verdict, Verdict::failed);
        EXPECT_EQ(lost.judgement.reason, Reason::truncated);
        EXPECT_EQ(lost.judgement.text, lights[i].name + ": the file shrank");
        EXPECT_TRUE(lost.judgement.limits.contains("fwhm_px"));
        EXPECT_EQ(lost.weight[0], 0);
    }
    std::vector<Light> without = night.lights();
    without[3].settled = without[5].settled = Judgement{Verdict::failed, Reason::io, "gone", {}};
    EXPECT_TRUE(got.same_pixels(run_night(without, options)));
}

TEST(OfflineRun, TheReferenceMayGetLostToo) {
    const RenderedNight night(moving_night(5), 70);
    OfflineOptions options;
    options.registration.reference = 2;
    options.framing = Framing::reference;
    std::vector<Light> lights = night.lights();
    lights[2] = lost_after_measuring(lights[2]);
    const Stack got = run_night(lights, options);
    EXPECT_EQ(got.summary.stacked, 4U);
    EXPECT_EQ(got.value[0].width(), 260);
}

TEST(OfflineRun, AllLightsLostIsNoStack) {
    const RenderedNight night(moving_night(2), 70);
    std::vector<Light> lights;
    for (const Light& light : night.lights()) lights.push_back(lost_after_measuring(light));
    const Stack got = run_night(lights);
    EXPECT_FALSE(got.summary.reference);
    EXPECT_EQ(got.summary.failed, 2U);
    EXPECT_EQ(got.begins, 1);
}

// A card is pulled out in the middle: what lies on it is gone for good, and the run starts anew once.
TEST(OfflineRun, AMissingCardCostsOneRestart) {
    const RenderedNight night(moving_night(9), 70);
    std::atomic<bool> pulled{false};
    std::vector<Light> lights = night.lights();
    for (const std::size_t i : {0U, 2U, 3U, 5U, 6U, 8U}) {
        lights[i].read = [&pulled, read = lights[i].read, file = lights[i].name](ImageView<float> out, Rect r, int p) {
            if (pulled) throw IoError(file + ": No such device", 19);
            read(out, r, p);
        };
    }
    int begins = 0;
    std::atomic<int> tiles{0};
    const StackSink sink{[&](const StackSummary&) {
                             ++begins;
                             tiles = 0;
                         },
                         [&](const StackTile&) {
                             ++tiles;
                             pulled = true;
                         }};
    OfflineOptions options;
    options.registration.reference = 0;
    options.memory_bytes = std::size_t{18} << 20;  // many tiles, so that some come after
    ThreadRunner runner(2);
    const StackSummary got = run_offline(lights, options, sink, runner, no_progress(), {});
    EXPECT_EQ(begins, 2);
    EXPECT_GT(tiles, 2 * 3);  // more tiles than threads: one had to come after the pull
    EXPECT_EQ(got.stacked, 3U);
    EXPECT_EQ(got.failed, 6U);
    for (const std::size_t i : {0U, 2U, 3U, 5U, 6U, 8U}) {
        EXPECT_EQ(got.lights[i].judgement.reason, Reason::io);
        EXPECT_EQ(got.lights[i].judgement.text, lights[i].name + ": No such device");
        EXPECT_TRUE(got.lights[i].judgement.limits.contains("fwhm_px"));
    }
}

TEST(OfflineRun, StopsInEveryPhase) {
    const RenderedNight night(moving_night(5), 70);
    const auto lights = night.lights();
    for (const std::string wanted : {"measuring", "registering", "integrating"}) {
        std::stop_source stop;
        const PhaseProgress progress = [&](const char* phase, const char*, int) {
            if (phase == wanted) stop.request_stop();
            return std::function<void()>([] {});
        };
        std::atomic<int> tiles{0};
        const StackSink sink{[](const StackSummary&) {}, [&](const StackTile&) { ++tiles; }};
        ThreadRunner runner(2);
        EXPECT_THROW(run_offline(lights, {}, sink, runner, progress, stop.get_token()), Interrupted) << wanted;
        EXPECT_EQ(tiles, 0) << wanted;
    }
}

TEST(OfflineRun, TooLittleMemoryIsRefusedWithNumbers) {
    const RenderedNight night(moving_night(3), 70);
    OfflineOptions options;
    options.memory_bytes = 1 << 20;
    try {
        run_night(night.lights(), options);
        FAIL() << "measured a frame in 1 MB";
    } catch (const OptionError& e) {
        const std::string text = e.what();
        EXPECT_NE(text.find("--memory"), std::string::npos) << text;
        EXPECT_NE(text.find("1 MB"), std::string::npos) << text;
        EXPECT_NE(text.find(std::to_string((measure_bytes(night.format()) >> 20) + 1) + " MB"), std::string::npos)
            << text;
    }
}

TEST(OfflineRun, WhatTheSinkThrowsComesOut) {
    const RenderedNight night(moving_night(2), 70);
    ThreadRunner runner(2);
    const StackSink sink{[](const StackSummary&) {}, [](const StackTile&) { throw IoError("disk full", 28); }};
    EXPECT_THROW(run_offline(night.lights(), {}, sink, runner, no_progress(), {}), IoError);
}

TEST(OfflineRun, EveryLightLeavesWithOneVerdict) {
    std::mt19937 rng(11);
    for (int round = 0; round < 5; ++round) {
        const int frames = 1 + static_cast<int>(rng() % 7);
        const RenderedNight night(troubled_night(frames, rng), 60);
        std::vector<Light> lights = night.lights();
        for (Light& light : lights) {
            const auto dice = rng() % 8;
            if (dice == 0) light.read = [](ImageView<float>, Rect, int) { throw FormatError("short"); };
            if (dice == 1) light.settled = Judgement{Verdict::rejected, Reason::user, "excluded", {}};
            if (dice == 2) light = lost_after_measuring(light);
            light.forced = rng() % 6 == 0;
        }
        OfflineOptions options;
        options.integrate.demosaic = DemosaicKind::superpixel;
        const Stack s = run_night(lights, options);
        EXPECT_EQ(s.summary.lights.size(), lights.size());
        EXPECT_EQ(s.summary.stacked + s.summary.rejected + s.summary.failed, lights.size());
        for (const LightReport& l : s.summary.lights) {
            const bool stacked = l.judgement.verdict == Verdict::stacked;
            EXPECT_EQ(l.judgement.reason == Reason::none, stacked);
            EXPECT_EQ(l.judgement.text.empty(), stacked) << l.judgement.text;
            EXPECT_EQ(l.weight[0] > 0, stacked);
        }
        EXPECT_EQ(s.summary.reference.has_value(), s.summary.stacked > 0);
    }
}

}  // namespace
}  // namespace nightstack
