// SPDX-License-Identifier: MIT
// Which frames go in: judgement, the user's word, the scope's word, mixtures, sessions.
#include <gmock/gmock.h>

#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::SizeIs;

SmallNightOptions cloudy() {
    SmallNightOptions o;
    o.frames = 9;
    o.anomalies.clouds = {{4, 0.15, 2.5}};
    return o;
}

TEST(Frames, ACloudedFrameIsRejectedWithFiguresBesideLimits) {
    const World world;
    const SmallNight night = write_small_night(world.path(), cloudy());
    const Finished done = world.stack({night.session.string()});
    EXPECT_EQ(done.code, 0) << "a rejection is no error\n" << done.err;
    const nlohmann::json frame = frame_of(world.report(), "light_04.fits");
    EXPECT_EQ(frame["verdict"], "rejected") << frame.dump();
    const std::string reason = frame["reason"];
    ASSERT_TRUE(frame["limits"].contains(reason)) << frame.dump();
    EXPECT_THAT(frame["limits"][reason], SizeIs(2));
    EXPECT_EQ(count_lines(done.err, "light_04.fits"), 1u) << done.err;
    EXPECT_EQ(world.report()["counts"]["stacked"], 8);
}

TEST(Frames, IncludeAndExcludeOverrule) {
    const World world;
    const SmallNight night = write_small_night(world.path(), cloudy());
    const Finished done = world.stack({night.session.string(), "--include", "light_04.fits", "--exclude", "light_02",
                                       "--exclude", night.lights[3].string()});
    EXPECT_EQ(done.code, 0) << done.err;
    const nlohmann::json r = world.report();
    EXPECT_EQ(frame_of(r, "light_04.fits")["verdict"], "stacked");
    for (const char* name : {"light_02.fits", "light_03.fits"}) {
        EXPECT_EQ(frame_of(r, name)["verdict"], "rejected");
        EXPECT_EQ(frame_of(r, name)["reason"], "user");
    }
    EXPECT_EQ(r["counts"]["in"], 9);
    EXPECT_EQ(r["counts"]["stacked"], 7);
}

TEST(Frames, AWordThatNamesNoFrameIsAUsageError) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    for (const char* option : {"--include", "--exclude", "--reference"}) {
        const Finished done = world.stack({night.session.string(), option, "light_77.fits"});
        EXPECT_EQ(done.code, 2) << option << done.err;
        EXPECT_EQ(count_lines(done.err, "light_77"), 1u) << option << done.err;
        EXPECT_THAT(done.err, HasSubstr(option));
    }
}

TEST(Frames, ReferenceAsWished) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    ASSERT_EQ(world.stack({night.session.string(), "--reference", "light_05.fits"}).code, 0);
    const nlohmann::json r = world.report();
    EXPECT_EQ(fs::path(r["reference"].get<std::string>()).filename(), "light_05.fits");
    const nlohmann::json identity = {1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0};
    EXPECT_EQ(frame_of(r, "light_05.fits")["ref_from_frame"], identity);
}

TEST(Frames, AReferenceThatCannotBeUsedIsRefused) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    write_bytes(night.session / "light_90.fits", "SIMPLE");
    const Finished done = world.stack({night.session.string(), "--reference", "light_90.fits"});
    EXPECT_NE(done.code, 0) << done.err;
    EXPECT_FALSE(fs::exists(world.result()) && done.code == 0);
}

TEST(Frames, FailedOnesOfTheScopeCountAsRejectedUntilASecondOpinion) {
    const World world;
    SmallNightOptions o;
    o.layout = NightLayout::dwarf3;
    o.device_failed = {2, 5};
    const SmallNight night = write_small_night(world.path(), o);
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    nlohmann::json r = world.report();
    EXPECT_EQ(r["counts"]["in"], 8);
    EXPECT_EQ(r["counts"]["stacked"], 6);
    EXPECT_EQ(frame_of(r, night.lights[2].filename().string())["reason"], "device_failed");
    ASSERT_EQ(world.stack({night.session.string(), "--second-opinion", "--force"}).code, 0);
    r = world.report();
    EXPECT_EQ(r["counts"]["stacked"], 8);
    ASSERT_EQ(world.stack({night.session.string(), "--include", night.lights[5].string(), "--force"}).code, 0);
    EXPECT_EQ(world.report()["counts"]["stacked"], 7);
}

struct TwoKinds {
    World world;
    SmallNight night;
    TwoKinds(const std::string& key, const std::string& from, const std::string& to) {
        night = write_small_night(world.path());
        std::string bytes = read_bytes(night.lights[6]);
        const std::size_t card = bytes.find(key);
        const std::size_t at = bytes.find(from, card);
        bytes.replace(at, from.size(), to);
        write_bytes(night.lights[6], bytes);
    }
};

TEST(Frames, MixtureOfGainsIsRefusedByNameAndAllowedWithMix) {
    TwoKinds t("GAIN    =", "80", "90");
    const Finished refused = t.world.stack({t.night.session.string()});
    EXPECT_EQ(refused.code, 2);
    EXPECT_EQ(count_lines(refused.err, "gain"), 1u) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("--mix"));
    EXPECT_FALSE(fs::exists(t.world.result()));
    EXPECT_EQ(t.world.stack({t.night.session.string(), "--mix"}).code, 0);
    EXPECT_EQ(t.world.report()["counts"]["stacked"], 8);
}

TEST(Frames, MixtureOfExposuresIsRefusedByName) {
    TwoKinds t("EXPTIME =", "15", "30");
    const Finished refused = t.world.stack({t.night.session.string()});
    EXPECT_EQ(refused.code, 2);
    EXPECT_EQ(count_lines(refused.err, "exposure"), 1u) << refused.err;
}

TEST(Frames, ADifferentCameraIsNeverMixed) {
    TwoKinds t("INSTRUME=", "Test Camera", "Best Camera");
    const Finished done = t.world.stack({t.night.session.string(), "--mix"});
    EXPECT_EQ(done.code, 4) << done.err;
    EXPECT_EQ(frame_of(t.world.report(), "light_06.fits")["reason"], "header");
}

TEST(Frames, SessionsApartOrTogether) {
    const World world;
    SmallNightOptions o;
    o.layout = NightLayout::sorted;
    o.frames = 5;
    write_small_night(world / "nights", o);
    o.object = "M 1 again";
    write_small_night(world / "nights", o);
    const Finished apart = world.run({"stack", (world / "nights").string(), "--out", (world / "apart").string()});
    EXPECT_EQ(apart.code, 0) << apart.err;
    EXPECT_THAT(files_ending(world / "apart", ".fits"), SizeIs(2));
    const Finished both = world.stack({(world / "nights").string()});
    EXPECT_EQ(both.code, 2) << "one name for two sessions";
    EXPECT_THAT(both.err, HasSubstr("--combine-sessions"));
    const Finished joined = world.stack({(world / "nights").string(), "--combine-sessions"});
    EXPECT_EQ(joined.code, 0) << joined.err;
    EXPECT_EQ(world.report()["counts"]["stacked"], 10);
}

}  // namespace
}  // namespace nightstack::test
