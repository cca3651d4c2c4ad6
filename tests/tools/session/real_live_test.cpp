// SPDX-License-Identifier: MIT
// Real frames one by one through the live stack, looked at after each, give what `stack --method stream` gives.
#include <gtest/gtest.h>

#include "io/session/session_scan.h"
#include "pipeline/graph/tbb_runner.h"
#include "tests/pipeline/graph/rendered_night.h"
#include "tests/support/real_data.h"
#include "tools/session/session_lights.h"

namespace nightstack::tools {
namespace {

using test::kNoRealData;
using test::real_data_folder;

class RealLive : public testing::TestWithParam<const char*> {
protected:
    // The lights of the set, opened as the program opens them; nothing is calibrated.
    SessionLights opened(Runner& runner) {
        const std::vector<std::filesystem::path> paths{*real_data_folder() / GetParam()};
        const io::SessionScan scan = io::scan(paths);
        EXPECT_FALSE(scan.sessions.empty());
        Talk silent(Loudness::quiet, false);
        return open_lights(scan.sessions.front(), options_, runner, silent, {});
    }
    StackOptions options_;
};

TEST_P(RealLive, FrameByFrameIsTheStreamedStack) {
    if (!real_data_folder()) GTEST_SKIP() << kNoRealData;
    TbbRunner runner(2);
    const SessionLights session = opened(runner);
    const std::vector<Light> lights = as_lights(session.frames, options_, Hashed::no);
    const Stack want = stream_night(lights, {}, runner);
    ASSERT_GE(want.summary.stacked, 3U);
    SerialRunner serial;
    LiveRun run({}, serial);
    for (const Light& light : lights) {
        run.take(light);
        if (run.stack()) run.stack()->snapshot({0, 0, 64, 64}, serial);  // looking changes nothing
    }
    const LivePicture picture = run.stack()->snapshot(run.canvas().pixels, serial);
    ASSERT_EQ(picture.frames, want.summary.stacked);
    ASSERT_EQ(picture.planes.size(), want.value.size());
    for (std::size_t p = 0; p < picture.planes.size(); ++p) {
        EXPECT_TRUE(same_bits(picture.planes[p].value.cview(), want.value[p].cview())) << p;
        EXPECT_TRUE(same_bits(picture.planes[p].variance.cview(), want.variance[p].cview())) << p;
        EXPECT_TRUE(same_bits(picture.planes[p].coverage.cview(), want.coverage[p].cview())) << p;
        EXPECT_TRUE(same_bits(picture.planes[p].low.cview(), want.low[p].cview())) << p;
        EXPECT_TRUE(same_bits(picture.planes[p].high.cview(), want.high[p].cview())) << p;
    }
    for (std::size_t i = 0; i < lights.size(); ++i) {
        EXPECT_EQ(run.reports()[i].judgement.verdict, want.summary.lights[i].judgement.verdict) << i;
        EXPECT_EQ(run.reports()[i].judgement.reason, want.summary.lights[i].judgement.reason) << i;
    }
}

INSTANTIATE_TEST_SUITE_P(Sets, RealLive,
                         testing::Values("derived-dwarf2-m94-b", "seestar-ngc7023-a", "microobs-hatp32",
                                         "ols-sim-jpeg"));

}  // namespace
}  // namespace nightstack::tools
