// SPDX-License-Identifier: MIT
// What the header of a picture says of a stack that was changed after its night.
#include <gmock/gmock.h>

#include <algorithm>

#include "io/fits/reader.h"
#include "tests/support/small_night.h"
#include "tests/tools/kept_stack.h"
#include "tests/tools/program.h"

namespace nightstack::tools {
namespace {

using test::Words;
using testing::HasSubstr;

class History : public testing::Test {
protected:
    void SetUp() override {
        test::SmallNightOptions o;
        o.width = 240;
        o.height = 160;
        o.frames = 5;
        night_ = test::write_small_night(world_ / "card", o);
    }
    std::string path(const std::string& name) const { return (world_ / name).string(); }
    std::string light(std::size_t i) const { return night_.lights[i].filename().string(); }
    void stack(const std::string& state, const Words& more = {}) const {
        Words words = test::kept_stack_words(night_.session, path(state));
        words.insert(words.end(), more.begin(), more.end());
        const auto done = world_.stack(words);
        ASSERT_EQ(done.code, 0) << done.err;
    }
    std::vector<std::string> exported(const std::string& state) const {
        const auto done = world_.run({"export", path(state), "--output", path("x.fits"), "--png", "none", "--force"});
        EXPECT_EQ(done.code, 0) << done.err;
        return io::FitsFile(path("x.fits")).header().history();
    }
    test::World world_;
    test::SmallNight night_;
};

TEST_F(History, AfterRetractIsThatOfTheNightWithoutTheFrame) {
    stack("never.nst", {"--exclude", light(2)});
    const auto never = io::FitsFile(world_.result()).header().history();
    stack("night.nst");
    const auto whole = io::FitsFile(world_.result()).header().history();
    ASSERT_THAT(whole, testing::Contains(HasSubstr("stacking of 5 frames")));
    ASSERT_EQ(world_.run({"retract", path("night.nst"), light(2), "--inputs", path("card")}).code, 0);
    auto gone = exported("night.nst");
    EXPECT_EQ(std::erase(gone, "taken out again by hand: 1 frame"), 1U);
    EXPECT_EQ(gone, never);
    EXPECT_NE(gone, whole);
    ASSERT_EQ(world_.run({"admit", path("night.nst"), light(2), "--inputs", path("card")}).code, 0);
    EXPECT_EQ(exported("night.nst"), whole);
}

// Two parts of as many frames have a line in common that is wrong for both of them together.
TEST_F(History, OfTwoPartsCountsTheFramesOfBoth) {
    stack("a.nst", {"--exclude", light(2), "--exclude", light(3), "--exclude", light(4)});
    stack("b.nst", {"--exclude", light(0), "--exclude", light(1), "--exclude", light(4), "--grid", path("a.nst")});
    ASSERT_EQ(world_.run({"merge", path("a.nst"), path("b.nst"), "-o", path("c.nst")}).code, 0);
    EXPECT_THAT(exported("a.nst"), testing::Contains(HasSubstr("stacking of 2 frames")));
    const auto both = exported("c.nst");
    EXPECT_THAT(both.front(), HasSubstr("stacking of 4 frames"));
    EXPECT_EQ(std::ranges::count_if(both, [](const auto& line) { return line.starts_with("channel "); }), 3);
}

}  // namespace
}  // namespace nightstack::tools
