// SPDX-License-Identifier: MIT
// After the first frames of a session no memory of a frame's size is asked for any more. Counted where memory comes
// from (tests/support/large_requests.h).
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/pipeline/graph/rendered_night.h"
#include "tests/support/large_requests.h"
#include "tests/support/own_memory.h"

namespace nightstack {
namespace {

// Half a frame: those of this test have 3 MiB as floats.
class MeasureMemory : public testing::Test {
protected:
    void SetUp() override {
        if (!test::memory_is_ours()) GTEST_SKIP() << "memory is the sanitizer's";
        count_requests_from(std::size_t{3} << 19);
    }
};
using LiveMemory = MeasureMemory;

std::vector<std::size_t> requests_per_frame(const std::vector<Light>& lights) {
    std::vector<std::size_t> requests;
    std::size_t before = large_requests();
    SerialRunner serial;
    measure_lights(lights, serial, 1,
                   [&] {
                       requests.push_back(large_requests() - before);
                       before = large_requests();
                   },
                   {});
    return requests;
}

void expect_none_after_the_first(const std::vector<Light>& lights) {
    const std::vector<std::size_t> requests = requests_per_frame(lights);
    ASSERT_EQ(requests.size(), lights.size());
    EXPECT_GE(requests.front(), 2U) << "the counter does not see the first frame's buffers";
    for (std::size_t i = 4; i < requests.size(); ++i) EXPECT_EQ(requests[i], 0U) << "frame " << i + 1;
}

TEST_F(MeasureMemory, FramesAfterTheFirstFewAskForNoFrame) {
    sky::NightOptions o = quiet_night(8, 1024, 768);
    const RenderedNight night(o, 300);
    expect_none_after_the_first(night.lights());
    Calibration calibration;  // without a dark: the filter has buffers of its own
    calibration.filter_impulses = true;
    expect_none_after_the_first(calibrated_by(calibration, night.lights()));
}

TEST_F(MeasureMemory, NorDoColourPictures) {
    const RenderedNight night(quiet_night(1, 1024, 768), 300);
    const StreamFormat rgb{1024, 768, PixelKind::rgb, {}};
    std::vector<Light> lights;
    const RenderedNight& frames = night;
    for (int i = 0; i < 7; ++i) lights.push_back(light_of(frames.frame(0), rgb, std::to_string(i)));
    expect_none_after_the_first(lights);
}

// Nor does the live stack, from reading to the sums, once its canvas is there.
TEST_F(LiveMemory, LightsAfterTheFirstFewAskForNoFrame) {
    const RenderedNight night(quiet_night(8, 1024, 768), 300);
    const std::vector<Light> lights = night.lights();
    LiveRunOptions options;
    options.framing = Framing::reference;  // a hundredth of a pixel may need another column of tiles
    SerialRunner serial;
    LiveRun run(options, serial);
    for (std::size_t i = 0; i < lights.size(); ++i) {
        const std::size_t before = large_requests();
        EXPECT_EQ(run.take(lights[i]).judgement.verdict, Verdict::stacked) << i;
        const std::size_t asked_for = large_requests() - before;
        EXPECT_TRUE(i > 0 || asked_for >= 4);
        EXPECT_TRUE(i < 3 || asked_for == 0) << "frame " << i + 1 << ": " << asked_for;
    }
}

}  // namespace
}  // namespace nightstack
