// SPDX-License-Identifier: MIT
#include "tools/fetch/fetch_flags.h"

#include <gtest/gtest.h>

#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

TEST(FetchFlags, WhenFollowingEnds) {
    using namespace std::chrono_literals;
    EXPECT_EQ(parse_follow_end("seconds=1.5").after, 1500ms);
    EXPECT_EQ(parse_follow_end("quiet=20").quiet, 20s);
    EXPECT_EQ(parse_follow_end("frames=10").frames, 10U);
    EXPECT_TRUE(parse_follow_end("never").never);
    EXPECT_FALSE(parse_follow_end("end").never);
    for (const char* wrong :
         {"", "seconds", "seconds=", "seconds=0", "quiet=-1", "frames=x", "frames=1e99", "quiet=nan", "z=1"})
        EXPECT_THROW(parse_follow_end(wrong), OptionError) << wrong;
}

TEST(FetchFlags, SizesAndWhatIsMissing) {
    EXPECT_EQ(parse_reserve("0"), 0U);
    EXPECT_EQ(parse_reserve("512M"), 512U << 20);
    EXPECT_EQ(parse_reserve("2g"), std::uint64_t{2} << 30);
    for (const char* wrong : {"", "G", "-1", "1.5G", "99999999999999999999", "9999999999G"})
        EXPECT_THROW(parse_reserve(wrong), OptionError) << wrong;
    FetchFlags flags;
    EXPECT_THROW(flags.options(), OptionError);  // no --to
    flags.list = true;
    EXPECT_NO_THROW(flags.options());
    flags.away_s = -1;
    EXPECT_THROW(flags.options(), OptionError);
}

}  // namespace
}  // namespace nightstack::tools
