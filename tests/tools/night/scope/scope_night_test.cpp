// SPDX-License-Identifier: MIT
// A night that drives its scope: the twin, over real sockets and a real card.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "pipeline/core/error.h"
#include "tests/support/soak.h"
#include "tests/tools/night/scope/night_twin.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;
using tools::NightScope;

// All that lies on the card is here, byte for byte, and was told in its order.
void expect_all_here(const NightTwin& twin, const NightRun& run, std::size_t count) {
    const auto lights = twin.lights_on_card();
    EXPECT_EQ(lights.size(), count);
    EXPECT_EQ(run.frames().size(), count);
    EXPECT_TRUE(std::ranges::is_sorted(run.frames()));
    for (const auto& [name, sum] : lights) {
        ASSERT_TRUE(fs::exists(twin.mirror() / name)) << name;
        EXPECT_EQ(sha256_of(twin.mirror() / name), sum) << name;
    }
}

TEST(ScopeNight, FromColdToTheLastFrame) {
    const NightTwin twin;
    NightRun run(twin.night(4));
    bool darks_first = false;
    run.take([&] {
        if (run.frames().size() == 1 && !darks_first)
            darks_first = !files_ending(twin.mirror() / "DWARF_II/Astronomy", ".fits").empty() &&
                          std::ranges::any_of(files_ending(twin.mirror(), ".fits"), [](const fs::path& path) {
                              return path.string().find("exp_4_gain_80_bin_2") != std::string::npos;
                          });
        return false;
    });
    EXPECT_TRUE(run.ended());
    expect_all_here(twin, run, 4);
    EXPECT_TRUE(darks_first) << "the darks that fit come before the first light";
    EXPECT_EQ(twin.captures_begun(), 1);
    EXPECT_EQ(twin.twin().received(10026), 0);
    EXPECT_THAT(run.notices(), HasSubstr("calibrated; the scope knows how it stands"));
    EXPECT_THAT(run.notices(), HasSubstr("goto M 42: there, and following it"));
    EXPECT_THAT(run.notices(), HasSubstr("all frames are taken: 4"));
    EXPECT_TRUE(run.has_shown([](const NightScope& s) { return s.online && s.battery_percent && s.card_free_bytes; }));
    EXPECT_TRUE(run.has_shown([](const NightScope& s) { return s.asked == 4 && s.taken == 4; }));
    EXPECT_EQ(run.source().expected(), 0U);
    const auto diary = run.diary();
    ASSERT_EQ(diary.size(), 4U);
    EXPECT_THAT(diary[1], HasSubstr("about"));
    EXPECT_THAT(diary[3], HasSubstr(R"("taken":4,"certain":true)"));
    // All is here: the same night again asks nobody.
    NightRun again(twin.night(4), &run);
    again.take();
    EXPECT_TRUE(again.ended());
    EXPECT_EQ(again.frames().size(), 4U);
    EXPECT_EQ(twin.captures_begun(), 1);
}

TEST(ScopeNight, MissingDarksAreTakenByPlanOrSaid) {
    NIGHTSTACK_SOAK_ONLY();
    const NightTwin twin;
    twin.point();
    tools::ScopeNight night = twin.night(2, 1);
    night.target.gain = 20;  // those it comes with are for 30 to 150
    NightRun without(night);
    try {
        without.take();
        FAIL() << "it has begun without darks";
    } catch (const DeviceError& e) {
        EXPECT_THAT(e.what(), HasSubstr("has no darks for gain 20 at 2x2"));
    }
    EXPECT_EQ(twin.captures_begun(), 0);
    EXPECT_TRUE(without.diary().empty());
    night.target.take_darks = true;
    NightRun with(night);
    with.take();
    EXPECT_EQ(with.frames().size(), 2U) << with.notices();
    EXPECT_GE(twin.twin().received(10026), 1);
    EXPECT_THAT(with.notices(), HasSubstr("the lid must be on"));
    EXPECT_THAT(with.notices(), HasSubstr("dark frames for these lights are here"));
}

TEST(ScopeNight, AScopeThatIsNotThereIsSaidAtOnce) {
    const NightTwin twin;
    tools::ScopeNight night = twin.night(2);
    night.scope.ports = "ws=1,sftp=1,file=1,ftp=1";
    NightRun run(night);
    EXPECT_THROW(run.take(), DeviceError);
    EXPECT_TRUE(run.diary().empty());
    night.scope.site.clear();
    EXPECT_THROW(NightRun{night}, OptionError);
}

TEST(ScopeNight, TheEndOfItsHoursStopsTheCapture) {
    NIGHTSTACK_SOAK_ONLY();
    const NightTwin twin;
    twin.point(20);
    tools::ScopeNight night = twin.night(900, 10);
    night.target.count.reset();
    night.target.end = night.scope.utc() + std::chrono::seconds(12);
    NightRun run(night);
    run.take();
    EXPECT_TRUE(run.ended());
    EXPECT_EQ(twin.twin().status("state.photo"), "idle");
    EXPECT_EQ(twin.captures_begun(), 1);
    EXPECT_GT(run.frames().size(), 2U);
    EXPECT_THAT(run.diary().back(), HasSubstr(R"("certain":true)"));
}

TEST(ScopeNight, EndingTheCaptureStopsTheScopeAndTheLastFramesCome) {
    NIGHTSTACK_SOAK_ONLY();
    const NightTwin twin;
    twin.point(20);
    NightRun run(twin.night(900, 10));
    run.take([&] { return run.frames().size() >= 2; });
    run.source().end_capture();
    run.take();
    EXPECT_TRUE(run.ended());
    EXPECT_EQ(twin.twin().status("state.photo"), "idle");
    EXPECT_GE(twin.twin().received(10015), 1);
    const auto lights = twin.lights_on_card();
    EXPECT_EQ(run.frames().size(), lights.size());
}

}  // namespace
}  // namespace nightstack::test
