// SPDX-License-Identifier: MIT
#include "tools/scope/until.h"

#include <gtest/gtest.h>

#include "device/dwarf/protocol/json.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

using device::dwarf::decode;

TEST(Until, CountsTimePushesAndFrames) {
    const Until::Time zero{};
    Until seconds("seconds=1.5");
    seconds.begin(zero);
    EXPECT_FALSE(seconds.over(zero + std::chrono::milliseconds(1499)));
    EXPECT_TRUE(seconds.over(zero + std::chrono::milliseconds(1500)));
    Until pushes("pushes=2");
    Until frames("frames=5");
    Until never("");
    for (int i = 1; i <= 2; ++i) {
        EXPECT_FALSE(pushes.over(zero));
        pushes.take(decode(R"({"interface":11011,"value":0})"));
    }
    EXPECT_TRUE(pushes.over(zero));
    frames.take(decode(R"({"interface":10014,"currentCount":4,"totalCount":9})"));
    EXPECT_FALSE(frames.over(zero));
    frames.take(decode(R"({"interface":10014,"currentCount":6,"totalCount":9})"));  // the fifth was never told
    EXPECT_TRUE(frames.over(zero));
    EXPECT_FALSE(never.over(zero + std::chrono::hours(1000)));
}

TEST(Until, EndIsAnIdleCamera) {
    Until end("end");
    EXPECT_TRUE(end.wants_state());
    end.take(decode(R"({"interface":10022,"photoState":3,"recordState":0})"));
    EXPECT_FALSE(end.over({}));
    end.take(decode(R"({"interface":10022,"camState":1})"));  // tells nothing
    EXPECT_FALSE(end.over({}));
    end.take(decode(R"({"interface":10022,"photoState":0,"recordState":0})"));
    EXPECT_TRUE(end.over({}));
}

TEST(Until, NonsenseIsRefused) {
    for (const char* text : {"x", "seconds", "seconds=", "seconds=0", "frames=-1", "end=1", "pushes=1x", "seconds=nan"})
        EXPECT_THROW(Until{text}, OptionError) << text;
}

}  // namespace
}  // namespace nightstack::tools
