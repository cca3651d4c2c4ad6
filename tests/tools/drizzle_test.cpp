// SPDX-License-Identifier: MIT
// --demosaic drizzle, --pixfrac, --drizzle-kernel and --scale from the command line to the files.
#include <gmock/gmock.h>

#include <cstdlib>

#include "tests/support/own_memory.h"
#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;

bool astropy_is_content(const World& world) {
    const std::string command = std::string("/usr/bin/python3 ") + NIGHTSTACK_SOURCE_DIR +
                                "/tests/tools/check_product.py " + world.result().string() + " '' 2>&1";
    return std::system(command.c_str()) == 0;
}

TEST(Drizzle, AColourNightOnAFinerGrid) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const Words words{night.session.string(), "--demosaic", "drizzle", "--scale", "2", "--framing", "reference"};
    ASSERT_EQ(world.stack(words).code, 0);
    const nlohmann::json report = world.report();
    EXPECT_EQ(report["canvas"]["scale"], 2);
    EXPECT_EQ(report["canvas"]["width"], 960);
    EXPECT_EQ(report["canvas"]["height"], 640);
    EXPECT_EQ(report["counts"]["stacked"], 8);
    // The transform is in pixels of the frame as stored, whatever the grid.
    bool reference_is_identity = false;
    for (const auto& frame : report["frames"]) {
        reference_is_identity |= frame["ref_from_frame"] == nlohmann::json({1, 0, 0, 0, 1, 0, 0, 0, 1});
    }
    EXPECT_TRUE(reference_is_identity);
    EXPECT_TRUE(astropy_is_content(world));
    EXPECT_THAT(read_bytes(world.result()), HasSubstr("drizzle square, pixfrac 1, scale 2"));

    const std::string first = sha256_of(world.result());
    Words again = words;
    again.insert(again.end(), {"--threads", "1", "--memory", ceiling(450), "--force"});
    ASSERT_EQ(world.stack(again, {{{"NIGHTSTACK_CPU", "avx2"}}, {}, 0}).code, 0);
    EXPECT_EQ(sha256_of(world.result()), first);
}

TEST(Drizzle, AMonoNight) {
    const World world;
    SmallNightOptions o;
    o.cfa.reset();
    const SmallNight night = write_small_night(world.path(), o);
    for (const char* kernel : {"square", "point", "gaussian"}) {
        ASSERT_EQ(world
                      .stack({night.session.string(), "--demosaic", "drizzle", "--drizzle-kernel", kernel, "--pixfrac",
                              "0.8", "--force"})
                      .code,
                  0);
        EXPECT_EQ(world.report()["result"]["noise"].size(), 1U);
        EXPECT_EQ(world.report()["canvas"]["scale"], 1);
    }
}

TEST(Drizzle, AFinerGridWithoutDrizzle) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    ASSERT_EQ(world.stack({night.session.string(), "--scale", "3", "--framing", "reference"}).code, 0);
    EXPECT_EQ(world.report()["canvas"]["scale"], 3);
    EXPECT_EQ(world.report()["canvas"]["width"], 1440);
    EXPECT_TRUE(astropy_is_content(world));
    ASSERT_EQ(world.stack({night.session.string(), "--scale", "2", "--demosaic", "superpixel", "--force"}).code, 0);
    EXPECT_EQ(world.report()["canvas"]["scale"], 1);
}

TEST(Drizzle, WrongSizesAreUsageErrors) {
    const World world;
    for (const Words& words : {Words{"--scale", "4"}, Words{"--scale", "0"}, Words{"--pixfrac", "0"},
                               Words{"--pixfrac", "3"}, Words{"--drizzle-kernel", "lanczos3"}}) {
        Words all{"stack", "nowhere"};
        all.insert(all.end(), words.begin(), words.end());
        const Finished done = world.run(all);
        EXPECT_EQ(done.code, 2);
        EXPECT_THAT(done.err, HasSubstr(words[0]));
    }
}

}  // namespace
}  // namespace nightstack::test
