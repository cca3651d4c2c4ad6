// SPDX-License-Identifier: MIT
// The end of a live night, and what is done to it afterwards: the finishing pass, the best stack, frames taken out and
// put back.
#include <gmock/gmock.h>

#include <chrono>
#include <csignal>
#include <thread>

#include "tests/support/small_night.h"
#include "tests/tools/night/live_calls.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class LiveEnd : public testing::Test {
protected:
    fs::path session() const { return world_ / "night"; }
    World world_;
};

SmallNightOptions calibrated() {
    SmallNightOptions o;
    o.layout = NightLayout::sorted;
    o.frames = 10;
    o.darks = o.flats = o.biases = 3;
    return o;
}

// Darks that the user names lie anywhere; the journal knows them.
TEST_F(LiveEnd, FinishFindsDarksOutsideTheFolderOfTheFrames) {
    const SmallNight night = write_small_night(world_ / "card", calibrated());
    fs::rename(night.session / "darks", world_ / "elsewhere");
    const Words how{"--darks", (world_ / "elsewhere").string(), "--clip-depth", "2", "--finish"};
    const StackedAtOnce want = stacked_at_once(world_, night.session, how);
    const Finished done = world_.run(live_words("--replay", night.session, session(), how));
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr("finishing pass"));
    EXPECT_EQ(sha256_of(result_of(session(), ".fits")), want.fits);
    EXPECT_EQ(read_json(result_of(session(), ".json"))["applied"]["dark"]["frames"], 3);
}

}  // namespace
}  // namespace nightstack::test
