// SPDX-License-Identifier: MIT
// --distortion: found where the night shows it, told in report and header, and made again by verify.
#include <gmock/gmock.h>

#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

SmallNightOptions night_options(double k1) {
    SmallNightOptions o;
    o.frames = 5;
    o.rotation_deg = 12;
    o.drift_x_px = 60;
    o.drift_y_px = -35;
    o.distortion_k1 = k1;
    return o;
}

TEST(Distortion, IsFoundToldAndVerified) {
    const World world;
    const SmallNight night = write_small_night(world / "card", night_options(-0.07));
    const Finished done = world.stack({night.session.string()});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("Distortion:     k1 -0.0"));
    const nlohmann::json report = world.report();
    EXPECT_EQ(report["options"]["distortion"], "auto");
    EXPECT_NEAR(report["distortion"]["k1"].get<double>(), -0.07, 0.01);
    EXPECT_EQ(report["distortion"]["centre"], nlohmann::json({239.5, 159.5}));
    EXPECT_NEAR(report["distortion"]["radius_px"].get<double>(), 287.7, 0.1);
    EXPECT_EQ(report["counts"]["stacked"], 5);
    EXPECT_THAT(read_bytes(world.result()).substr(0, 14400), HasSubstr("distortion k1 -0.0"));
    const Finished again = world.run({"verify", (world / "result.json").string()});
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_THAT(again.out, HasSubstr("the same, bit by bit"));
}

TEST(Distortion, NoneIsNoneAndAStraightNightHasNone) {
    const World world;
    const SmallNight bent = write_small_night(world / "bent", night_options(-0.07));
    ASSERT_EQ(world.stack({bent.session.string(), "--distortion", "none"}).code, 0);
    EXPECT_TRUE(world.report()["distortion"].is_null());
    const SmallNight straight = write_small_night(world / "straight", night_options(0));
    ASSERT_EQ(world.stack({straight.session.string(), "--force"}).code, 0);
    EXPECT_TRUE(world.report()["distortion"].is_null());
}

}  // namespace
}  // namespace nightstack::test
