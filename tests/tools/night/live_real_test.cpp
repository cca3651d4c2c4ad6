// SPDX-License-Identifier: MIT
// Real frames through `nightstack live --watch`: the stack is that of `stack --method stream`, byte for byte.
#include <gmock/gmock.h>

#include "tests/support/real_data.h"
#include "tests/tools/night/live_calls.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;

class LiveReal : public testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        data_ = real_data_folder();
        if (!data_) GTEST_SKIP() << kNoRealData;
    }
    std::optional<fs::path> data_;
    World world_;
};

TEST_P(LiveReal, WatchedIsTheStackOfItsFrames) {
    const fs::path set = *data_ / GetParam();
    const StackedAtOnce want = stacked_at_once(world_, set);
    const auto counts = world_.report()["counts"];
    const fs::path session = world_ / "night";
    const Finished done = world_.run(live_words(
        "--watch", set, session, {"--no-solve", "--until", "frames=" + std::to_string(counts["in"].get<int>())}));
    EXPECT_EQ(done.code, want.code) << done.err;
    EXPECT_EQ(sha256_of(result_of(session, ".fits")), want.fits);
    EXPECT_EQ(sha256_of(result_of(session, ".nst")), want.state);
    EXPECT_EQ(read_json(result_of(session, ".json"))["counts"], counts);
}

INSTANTIATE_TEST_SUITE_P(Sets, LiveReal,
                         testing::Values("derived-dwarf2-m94-b", "seestar-ngc7023-a", "microobs-hatp32",
                                         "ols-sim-jpeg"));

}  // namespace
}  // namespace nightstack::test
