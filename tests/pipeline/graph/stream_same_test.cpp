// SPDX-License-Identifier: MIT
// What must not change the result of the live stack: runners, threads, instruction level, whether lights are handed
// over one by one, the order of those after the reference.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "pipeline/graph/tbb_runner.h"
#include "pipeline/simd/cpu_level.h"
#include "tests/pipeline/graph/rendered_night.h"

namespace nightstack {
namespace {

TEST(StreamRun, SameBitsForEveryRunnerAndInstructionLevel) {
    const RenderedNight night(moving_night(5), 70);
    Calibration calibration;
    calibration.filter_impulses = true;
    const auto lights = calibrated_by(calibration, night.lights());
    SerialRunner serial;
    for (const DemosaicKind kind : {DemosaicKind::linear, DemosaicKind::superpixel}) {
        StreamOptions options;
        options.live.sampling.demosaic = kind;
        const Stack want = stream_night(lights, options, serial);
        ASSERT_EQ(want.summary.stacked, 5U);
        ThreadRunner threads(3);
        EXPECT_TRUE(stream_night(lights, options, threads).same_pixels(want)) << "threads";
        for (const int n : {1, 2, 4}) {
            TbbRunner tbb(n);
            EXPECT_TRUE(stream_night(lights, options, tbb).same_pixels(want)) << n << " threads of TBB";
        }
        const CpuLevel best = cpu_level();
        for (const CpuLevel level : {CpuLevel::sse2, CpuLevel::avx2}) {
            limit_cpu_level(std::min(level, best));
            EXPECT_TRUE(stream_night(lights, options, threads).same_pixels(want)) << name(cpu_level());
            limit_cpu_level(best);
        }
    }
}

TEST(StreamRun, IsWhatALiveRunShowsAfterTheLastLight) {
    const RenderedNight night(moving_night(6), 70);
    const auto lights = night.lights();
    const Stack want = stream_night(lights);
    SerialRunner serial;
    LiveRun run({}, serial);
    for (const Light& light : lights) {
        run.take(light);
        ASSERT_NE(run.stack(), nullptr);
        run.stack()->snapshot(serial);  // looking changes nothing
    }
    const LivePicture picture = run.stack()->snapshot(run.canvas().pixels, serial);
    ASSERT_EQ(picture.planes.size(), want.value.size());
    for (std::size_t p = 0; p < picture.planes.size(); ++p) {
        EXPECT_TRUE(same_bits(picture.planes[p].value.cview(), want.value[p].cview())) << p;
        EXPECT_TRUE(same_bits(picture.planes[p].variance.cview(), want.variance[p].cview())) << p;
        EXPECT_TRUE(same_bits(picture.planes[p].coverage.cview(), want.coverage[p].cview())) << p;
    }
}

TEST(StreamRun, OrderInsideABlockDoesNotMatter) {
    const RenderedNight night(moving_night(7), 70);
    auto lights = night.lights();
    const Stack want = stream_night(lights);
    ASSERT_EQ(want.summary.stacked, 7U);
    std::reverse(lights.begin() + 1, lights.end());
    std::swap(lights[2], lights[4]);
    const Stack got = stream_night(lights);
    for (std::size_t i = 0; i < lights.size(); ++i) {
        const auto was = static_cast<std::size_t>(std::stoi(lights[i].name.substr(5)));
        // The premise: where a light is looked for first does not change where it is found.
        EXPECT_EQ(got.summary.lights[i].ref_from_frame->row_major(),
                  want.summary.lights[was].ref_from_frame->row_major())
            << lights[i].name;
    }
    EXPECT_TRUE(got.same_pixels(want));
}

}  // namespace
}  // namespace nightstack
