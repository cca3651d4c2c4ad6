// SPDX-License-Identifier: MIT
// No result of a panorama takes the place of what it should not.
#include "tools/pano/result_names.h"

#include <gmock/gmock.h>

#include <vector>

#include "pipeline/core/error.h"
#include "tests/support/temp_folder.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

class ResultNamesTest : public testing::Test {
protected:
    static void refused(const auto& call, const std::string& why) {
        EXPECT_THAT(call, ThrowsMessage<OptionError>(HasSubstr(why))) << why;
    }

    test::TempFolder temp_;
    PanoOptions o_ = [&] {
        PanoOptions o;
        o.output = temp_.path() / "p.jpg";
        return o;
    }();
    const ResultNames names_{o_};
};

TEST_F(ResultNamesTest, StandBesideTheFirst) {
    EXPECT_EQ(names_.image(0).filename(), "p.jpg");
    EXPECT_EQ(names_.image(2).filename(), "p-3.jpg");
    EXPECT_EQ(names_.overlay(1).filename(), "p-2-verify.png");
    EXPECT_EQ(names_.report().filename(), "p.json");
    EXPECT_NO_THROW(names_.check());
}

TEST_F(ResultNamesTest, NothingIsReplacedUnasked) {
    o_.verify = o_.html = true;
    o_.preview = temp_.path() / "g.png";
    EXPECT_NO_THROW(names_.check());
    for (const char* name : {"p.jpg", "p.json", "p.html", "p-verify.png", "g.png"}) {
        const fs::path there = temp_.put(name);
        o_.force = false;
        refused([&] { names_.check(); }, name);
        o_.force = true;
        EXPECT_NO_THROW(names_.check()) << name;
        fs::remove(there);
    }
    o_.force = false;
    temp_.put("p-2.jpg");
    EXPECT_NO_THROW(names_.check({}, 1));
    refused([&] { names_.check({}, 2); }, "p-2.jpg");
    fs::remove(temp_.path() / "p-2.jpg");
    temp_.put("p-3-verify.png");
    refused([&] { names_.check({}, 3); }, "p-3-verify.png");
}

TEST_F(ResultNamesTest, ATileIsNeverReplaced) {
    o_.force = o_.verify = true;
    for (const char* name : {"p.jpg", "p-verify.png", "p-2.jpg", "g.png"}) {
        const std::vector<fs::path> tiles = {temp_.put("a.png"), temp_.put(name)};
        o_.preview = name == std::string("g.png") ? tiles[1] : fs::path();
        refused([&] { names_.check(tiles, 2); }, "one of the tiles");
        EXPECT_NO_THROW(names_.check(std::vector{tiles[0]}, 2)) << name;
    }
    const fs::path linked = temp_.path() / "linked.jpg";
    fs::create_symlink(temp_.put("p.jpg"), linked);
    refused([&] { names_.check(std::vector{linked}, 1); }, "one of the tiles");
    o_.output = temp_.path() / "z.dzi";
    refused([&] { names_.check(std::vector{temp_.put("z_files/0/0_0.jpg")}, 1); }, "holds one of the tiles");
}

TEST_F(ResultNamesTest, TwoResultsHaveTwoNames) {
    o_.output = temp_.path() / "p.png";
    o_.preview = temp_.path() / "." / "p.png";
    refused([&] { names_.check(); }, "another result");
    o_.preview = temp_.path() / "p-verify.png";
    EXPECT_NO_THROW(names_.check());
    o_.verify = true;
    refused([&] { names_.check(); }, "another result");
}

TEST_F(ResultNamesTest, ADeepZoomReplacesADeepZoomAlone) {
    o_.output = temp_.path() / "z.dzi";
    temp_.put("z_files/9/0_0.jpg");
    refused([&] { names_.check(); }, "z_files");
    o_.force = true;
    EXPECT_NO_THROW(names_.check());
    temp_.put("z_files/letters.txt");
    refused([&] { names_.check(); }, "no deep zoom");
}

}  // namespace
}  // namespace nightstack::tools
