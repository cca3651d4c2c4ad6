// SPDX-License-Identifier: MIT
// Nights of more frames than the system lets a program hold open.
#include <gmock/gmock.h>

#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;

// Six rendered lights, each under fifty names; with darks and room for nothing else.
TEST(ManyFrames, ThreeHundredWithSixtyFourOpenFiles) {
    const World world;
    SmallNightOptions o;
    o.width = 192;
    o.height = 128;
    o.frames = 6;
    o.darks = 3;
    const SmallNight night = write_small_night(world.path(), o);
    for (int i = o.frames; i < 300; ++i) {
        const fs::path& light = night.lights[static_cast<std::size_t>(i % o.frames)];
        fs::copy_file(light, night.session / ("light_" + std::to_string(i) + ".fits"));
    }
    const Words words{night.session.string(),
                      "--darks",
                      night.darks[0].parent_path().string(),
                      "--demosaic",
                      "superpixel",
                      "--warp",
                      "nearest",
                      "--threads",
                      "4"};
    CallOptions few;
    few.open_files_limit = 64;
    const Finished done = world.stack(words, few);
    ASSERT_EQ(done.code, 0) << done.err.substr(0, 600);
    EXPECT_EQ(world.report()["counts"]["stacked"], 300) << done.err.substr(0, 600);
    EXPECT_EQ(world.report()["applied"]["dark"]["frames"], 3);
}

}  // namespace
}  // namespace nightstack::test
