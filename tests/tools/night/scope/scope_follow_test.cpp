// SPDX-License-Identifier: MIT
// A night that follows what another program takes, as the phone's app does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/soak.h"
#include "tests/tools/night/scope/night_twin.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;

const Words kRaw = {"raw", "--exposure", "10", "--binning", "2x2"};

Words raw(const Words& more) {
    Words words = kRaw;
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

TEST(ScopeFollow, FollowsTheSessionThatGrowsToItsEnd) {
    const NightTwin twin;
    twin.point(10);
    ASSERT_EQ(twin.twin().scope(raw({"--count", "1"})).code, 0);  // an older session
    tools::ScopeNight night = twin.night(0);
    night.drive = false;
    night.scope.site.clear();  // nobody is driven anywhere
    NightRun run(night);
    ASSERT_EQ(twin.twin().scope(raw({"--count", "10", "--detach"})).code, 0);
    run.take();
    EXPECT_TRUE(run.ended());
    EXPECT_EQ(run.frames().size(), 10U) << run.notices();
    EXPECT_EQ(twin.lights_on_card().size(), 11U);
    EXPECT_EQ(twin.captures_begun(), 2);
    EXPECT_EQ(twin.twin().received(10015), 0);
    EXPECT_TRUE(run.has_shown([](const tools::NightScope& scope) { return scope.raw; }));
    EXPECT_THAT(run.notices(), HasSubstr("following DWARF_RAW_"));
    ASSERT_EQ(run.diary().size(), 1U);
    EXPECT_THAT(run.diary()[0], HasSubstr("follows"));
}

TEST(ScopeFollow, ACaptureThatIsStoppedEarlyEndsTheNight) {
    NIGHTSTACK_SOAK_ONLY();
    const NightTwin twin;
    twin.point(10);
    ASSERT_EQ(twin.twin().scope(raw({"--count", "900", "--detach"})).code, 0);
    tools::ScopeNight night = twin.night(0);
    night.drive = false;
    NightRun first(night);
    first.take([&] { return first.frames().size() >= 2; });
    first.leave();
    ASSERT_EQ(twin.twin().scope({"raw", "--stop"}).code, 0);
    NightRun run(night, &first);  // resumed, it knows whom it follows
    run.take();
    EXPECT_TRUE(run.ended());
    EXPECT_EQ(run.frames().size(), twin.lights_on_card().size());
}

}  // namespace
}  // namespace nightstack::test
