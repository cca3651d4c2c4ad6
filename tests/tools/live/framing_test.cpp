// SPDX-License-Identifier: MIT
// Live stacks that show one frame's field, or what all frames share, with a second night on their grid that covers a
// part of it only.
#include <gmock/gmock.h>

#include "io/fits/reader.h"
#include "tests/support/small_night.h"
#include "tests/tools/live/made_states.h"
#include "tests/tools/program.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using test::Words;
using testing::HasSubstr;

constexpr Rect kField{0, 0, 640, 200};

class Framed : public testing::TestWithParam<const char*> {
protected:
    // Frames 0 to 2 in "first"; 3 to 6, whose field begins a tile and more beyond the reference's, in "second".
    void SetUp() override {
        test::SmallNightOptions o;
        o.width = kField.width;
        o.height = kField.height;
        o.frames = 7;
        o.drift_x_px = 290;
        o.rotation_deg = 0.5;
        night_ = test::write_small_night(world_ / "card", o);
        for (std::size_t i = 0; i < night_.lights.size(); ++i) {
            const fs::path folder = world_ / (i < 3 ? "first" : "second");
            fs::create_directories(folder);
            fs::create_hard_link(night_.lights[i], folder / night_.lights[i].filename());
        }
    }
    std::string path(const std::string& name) const { return (world_ / name).string(); }
    std::string light(std::size_t i) const { return night_.lights[i].filename().string(); }
    void stack(const std::string& folder, const std::string& state, const Words& more = {}) const {
        Words words{path(folder), "--method", "stream",  "--framing", GetParam(),
                    "--png",      "none",     "--force", "--state",   path(state)};
        words.insert(words.end(), more.begin(), more.end());
        const auto done = world_.stack(words);
        ASSERT_EQ(done.code, 0) << done.err;
    }
    void flip(const char* verb, const std::string& state, const Words& frames) const {
        Words words{verb, path(state)};
        words.insert(words.end(), frames.begin(), frames.end());
        words.insert(words.end(), {"--inputs", path("card")});
        const auto done = world_.run(words);
        ASSERT_EQ(done.code, 0) << done.err;
    }
    bool common() const { return GetParam() == std::string("common"); }
    test::World world_;
    test::SmallNight night_;
};

TEST_P(Framed, ASecondNightThatCoversAPartOfTheFieldIsKeptAndMerged) {
    stack("first", "a.nst");
    stack("second", "b.nst", {"--grid", path("a.nst")});
    const LiveState a = loaded(path("a.nst")), b = loaded(path("b.nst"));
    ASSERT_EQ(a.stack.frames(), 3U);
    ASSERT_EQ(b.stack.frames(), 4U);
    ASSERT_FALSE(grown(b.stack.extent(), 128).contains(kField)) << "the night that was wanted";
    EXPECT_EQ(b.ledger.canvas == kField, !common());
    const auto told = nlohmann::json::parse(world_.run({"info", "--json", world_.result().string()}).out);
    EXPECT_EQ(told["uncovered"] == 0, common()) << "nobody covers what is beyond: " << told["uncovered"];
    ASSERT_EQ(world_.run({"merge", path("b.nst"), path("a.nst"), "-o", path("c.nst")}).code, 0);
    const Rect whole = loaded(path("c.nst")).ledger.canvas;
    EXPECT_EQ(whole, common() ? intersected(a.ledger.canvas, b.ledger.canvas) : kField);
    ASSERT_EQ(world_.run({"export", path("c.nst"), "--output", path("c.fits"), "--png", "none"}).code, 0);
    const io::FitsFile fits(path("c.fits"));
    EXPECT_EQ(fits.header().number("NAXIS1"), whole.width);
    const auto history = fits.header().history();
    ASSERT_FALSE(history.empty());
    EXPECT_THAT(history.front(), HasSubstr("stacking of 7 frames, rejection live"));
    EXPECT_EQ(std::ranges::count_if(history, [](const auto& line) { return line.starts_with("channel "); }), 3);
}

TEST_P(Framed, RetractedAndAdmittedAgainNothingHasChanged) {
    stack("first", "a.nst");
    stack("second", "b.nst", {"--grid", path("a.nst")});
    for (const std::string state : {"a.nst", "b.nst"}) {
        const std::size_t first = state == "a.nst" ? 0 : 3, end = state == "a.nst" ? 3 : 7;
        const std::string before = bytes_of(path(state));
        Words frames;
        for (std::size_t i = first; i < end; ++i) frames.push_back(light(i));
        const Words one{light(end - 1)}, all_but_one(frames.begin() + 1, frames.end());
        for (const Words& gone : {one, all_but_one, frames}) {
            flip("retract", state, gone);
            EXPECT_TRUE(bytes_of(path(state)) != before);
            flip("admit", state, gone);
            EXPECT_TRUE(bytes_of(path(state)) == before) << state << " without " << gone.size();
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Framings, Framed, testing::Values("reference", "common"));

// No file can be made there, by nobody.
TEST(StateThatCannotBeKept, CostsNoProduct) {
    const test::World world;
    test::SmallNightOptions o;
    o.frames = 4;
    const std::string night = test::write_small_night(world / "card", o).session.string();
    const Words words{night, "--method", "stream", "--png", "none", "--force", "--state"};
    const auto to = [&](const std::string& state, const Words& more) {
        Words all = words;
        all.push_back(state);
        all.insert(all.end(), more.begin(), more.end());
        return world.stack(all);
    };
    for (const Words& more : {Words{}, Words{"--finish"}}) {
        ASSERT_EQ(to((world / "kept.nst").string(), more).code, 0);
        const std::string wanted = test::sha256_of(world.result());
        fs::remove(world.result());
        const auto done = to("/proc/night.nst", more);
        EXPECT_EQ(done.code, 1) << done.err;
        EXPECT_THAT(done.err, HasSubstr("the live stack was not kept"));
        EXPECT_THAT(done.err, HasSubstr("/proc/night.nst"));
        ASSERT_TRUE(fs::exists(world.result()));
        EXPECT_EQ(test::sha256_of(world.result()), wanted);
        const auto problems = world.report()["problems"];
        ASSERT_EQ(problems.size(), 1U);
        EXPECT_EQ(problems[0]["file"], "/proc/night.nst");
    }
}

}  // namespace
}  // namespace nightstack::tools
