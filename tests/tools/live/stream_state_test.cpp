// SPDX-License-Identifier: MIT
// From files to a kept live stack and from there to pictures: the same bytes as without the way round.
#include <gmock/gmock.h>

#include "tests/support/small_night.h"
#include "tests/tools/live/made_states.h"
#include "tests/tools/program.h"

namespace nightstack::tools {
namespace {

TEST(StreamState, ExportGivesTheSameFitsAsTheStackItself) {
    const test::World world;
    test::SmallNightOptions o;
    o.frames = 6;
    o.darks = 3;
    o.rotation_deg = 5;
    const std::string night = test::write_small_night(world / "card", o).session.string();
    const std::string state = (world / "night.nst").string(), again = (world / "again.fits").string();
    const auto stacked = world.stack({night, "--method", "stream", "--state", state});
    ASSERT_EQ(stacked.code, 0) << stacked.err;
    const auto exported = world.run({"export", state, "--output", again});
    ASSERT_EQ(exported.code, 0) << exported.err;
    EXPECT_EQ(test::sha256_of(again), test::sha256_of(world.result()));
    EXPECT_EQ(test::sha256_of(world / "again.png"), test::sha256_of(world / "result.png"));
    nlohmann::json one = world.report(), two = test::read_json(world / "again.json");
    for (const char* key : {"canvas", "counts", "result", "transform"}) EXPECT_EQ(one[key], two[key]) << key;
    ASSERT_EQ(one["frames"].size(), two["frames"].size());
    for (std::size_t i = 0; i < one["frames"].size(); ++i) {
        one["frames"][i].erase("file");  // there with its folder
        two["frames"][i].erase("file");
        EXPECT_EQ(one["frames"][i], two["frames"][i]);
    }
    const LiveState kept = loaded(state);
    EXPECT_EQ(kept.ledger.frames.size(), 6U);
    EXPECT_EQ(kept.ledger.frames[0].sha256.size(), 64U);
    EXPECT_EQ(kept.ledger.frames[0].block, 0U);
}

TEST(StreamState, IsRefusedWhereThereIsNoLiveStack) {
    const test::World world;
    const std::string night = test::write_small_night(world / "card", {}).session.string();
    const auto offline = world.stack({night, "--state", (world / "x.nst").string()});
    EXPECT_EQ(offline.code, 2);
    EXPECT_THAT(offline.err, testing::HasSubstr("--method stream"));
}

}  // namespace
}  // namespace nightstack::tools
