// SPDX-License-Identifier: MIT
#include "io/remote/rate_floor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nightstack::io {
namespace {

using namespace std::chrono_literals;

struct RateFloorTest : testing::Test {
    // Bytes at a steady pace; how long it was taken for a reading, an hour at the most.
    std::chrono::milliseconds endures(std::uint64_t bytes, std::chrono::milliseconds every) {
        RateFloor floor(RemoteLimits{}, begin);
        try {
            for (std::chrono::milliseconds t = every; t < 1h; t += every) {
                now = t;
                floor.heard(bytes, begin + t);
                floor.check(begin + t);
            }
        } catch (const RemoteError& e) {
            EXPECT_EQ(e.kind(), RemoteError::Kind::lost);
            EXPECT_THAT(e.what(), testing::HasSubstr("16384 are the least"));
            return now;
        }
        return 1h;
    }
    const RateFloor::Time begin{1000h};
    std::chrono::milliseconds now{};
};

TEST_F(RateFloorTest, AByteEveryFourSecondsIsSilence) { EXPECT_EQ(endures(1, 4s), 32s); }

TEST_F(RateFloorTest, JustTooSlowAndJustFastEnough) {
    EXPECT_EQ(endures(520, 1s), 31s);
    EXPECT_EQ(endures(547, 1s), 1h);
    EXPECT_EQ(endures(32 * 1024, 55s), 1h);  // one whole answer of SFTP: slow, but all of it
}

TEST_F(RateFloorTest, AGoodBeginningIsNoExcuse) {
    RateFloor floor(RemoteLimits{}, begin);
    floor.heard(1'000'000'000, begin + 1s);
    EXPECT_NO_THROW(floor.check(begin + 31s));
    EXPECT_THROW(floor.check(begin + 32s), RemoteError);
}

}  // namespace
}  // namespace nightstack::io
