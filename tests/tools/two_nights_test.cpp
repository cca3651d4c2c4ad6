// SPDX-License-Identifier: MIT
// Two nights of one object, the field turned, exposures and darks of their own, in one stack.
#include <gmock/gmock.h>

#include <cmath>

#include "io/fits/reader.h"
#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int kFirst = 7;
constexpr int kSecond = 3;
constexpr int kAll = kFirst + kSecond;
constexpr double kTurn = 45;  // degrees from the first frame of the first night to the last of the second

class TwoNights : public testing::Test {
protected:
    TwoNights() {
        o_.layout = NightLayout::sorted;
        o_.frames = kFirst;
        o_.of_frames = kAll;
        o_.darks = 3;
        o_.rotation_deg = kTurn;
        first_ = write_small_night(world_ / "nights", o_);
        second_options_ = o_;
        second_options_.first = kFirst;
        second_options_.frames = kSecond;
        second_options_.object = "M 1 again";
        second_options_.exposure_s = 30;
        second_ = write_small_night(world_ / "nights", second_options_);
    }
    Finished stack(Words more) const {
        more.insert(more.begin(), {"stack", (world_ / "nights").string(), "--combine-sessions", "--output",
                                   world_.result().string()});
        return world_.run(more);
    }

    World world_;
    SmallNightOptions o_, second_options_;
    SmallNight first_, second_;
};

double turn_deg(const nlohmann::json& frame) {
    const auto m = frame["ref_from_frame"].get<std::vector<double>>();
    return std::atan2(m[3] - m[1], m[0] + m[4]) * 180 / 3.14159265358979;
}

TEST_F(TwoNights, AMismatchIsNamed) {
    const Finished done = stack({});
    EXPECT_EQ(done.code, 2) << done.err;
    EXPECT_THAT(done.err, testing::AllOf(HasSubstr("exposure"), HasSubstr("15"), HasSubstr("30"), HasSubstr("--mix")));
    EXPECT_FALSE(fs::exists(world_.result()));
}

TEST_F(TwoNights, StackTogetherEachWithItsOwnDarks) {
    const Finished done = stack({"--mix"});
    ASSERT_EQ(done.code, 0) << done.err;
    const nlohmann::json r = world_.report();
    EXPECT_EQ(r["counts"]["stacked"], kAll) << done.err;
    const nlohmann::json groups = r["applied"]["groups"];
    ASSERT_EQ(groups.size(), 2u) << groups.dump();
    for (std::size_t g = 0; g < 2; ++g) {
        EXPECT_EQ(groups[g]["lights"], g == 0 ? kFirst : kSecond);
        EXPECT_EQ(groups[g]["exposure_s"], g == 0 ? 15 : 30);
        EXPECT_EQ(groups[g]["dark"]["frames"], 3);
    }
    EXPECT_THAT(groups[0]["dark"]["source"].get<std::string>(), HasSubstr("M 1/darks"));
    EXPECT_THAT(groups[1]["dark"]["source"].get<std::string>(), HasSubstr("M 1 again/darks"));
    EXPECT_EQ(r["result"]["livetime_s"], kFirst * 15 + kSecond * 30);
    // One reference for both nights: frames lie as the sky turned.
    const double at_first = turn_deg(r["frames"][0]);
    for (std::size_t i = 0; i < kAll; ++i) {
        const nlohmann::json& frame = r["frames"][i];
        EXPECT_EQ(frame["group"], i < kFirst ? 0 : 1);
        EXPECT_NEAR(at_first - turn_deg(frame), kTurn * static_cast<double>(i) / (kAll - 1), 0.05) << i;
        EXPECT_NEAR(frame["transparency"].get<double>(), 1, 0.15) << i;
    }
    const auto coverage = io::open_fits(world_.result());
    EXPECT_GT(coverage->format().width, 480);
}

// A night under a brighter sky is judged by itself; a frame that is bad among its own kind goes all the same.
TEST_F(TwoNights, AreJudgedEachByItsOwnFrames) {
    fs::remove_all(world_ / "nights");
    o_.anomalies.shakes = {{2, 14, 0.5}};
    first_ = write_small_night(world_ / "nights", o_);
    second_options_.sky_factor = 3;
    second_ = write_small_night(world_ / "nights", second_options_);
    const Finished done = stack({"--mix"});
    ASSERT_EQ(done.code, 0) << done.err;
    const nlohmann::json r = world_.report();
    for (std::size_t i = 0; i < kAll; ++i) {
        EXPECT_EQ(r["frames"][i]["verdict"], i == 2 ? "rejected" : "stacked") << i << r["frames"][i].dump();
    }
    const double sky = r["frames"][0]["background"];
    EXPECT_GT(r["frames"][kFirst]["background"].get<double>(), 1.5 * sky);
}

TEST_F(TwoNights, VerifyMakesThemAgain) {
    ASSERT_EQ(stack({"--mix"}).code, 0);
    const Finished again = world_.run({"verify", (world_ / "result.json").string()});
    EXPECT_EQ(again.code, 0) << again.err;
}

}  // namespace
}  // namespace nightstack::test
