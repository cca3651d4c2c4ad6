// SPDX-License-Identifier: MIT
// nightstack pano as it is called: results, exit codes, reports, odd folders.
#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "tests/support/small_night.h"
#include "tests/support/temp_folder.h"
#include "tests/tools/pano/drawn_grid.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class Pano : public testing::Test {
protected:
    Finished pano(Words words, const CallOptions& options = {}) const {
        words.insert(words.begin(), "pano");
        words.insert(words.end(), {"-o", out().string(), "--force"});
        return world_.run(words, options);
    }
    fs::path out() const { return world_ / name_; }
    nlohmann::json report() const { return read_json(fs::path(out()).replace_extension(".json")); }
    fs::path tiles() const { return world_ / "tiles"; }

    World world_;
    std::string name_ = "p.png";
};

TEST_F(Pano, AGridBecomesOnePictureWithAReport) {
    write_grid(tiles(), 3, 1);
    const Finished done = pano({tiles().string(), "--html", "--verify"});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, out().string() + "\n");
    const nlohmann::json r = report();
    EXPECT_EQ(r["counts"]["in"], 6);
    EXPECT_EQ(r["counts"]["placed"], 6);
    EXPECT_EQ(r["panoramas"][0]["grid"]["rows"], 2);
    EXPECT_EQ(r["panoramas"][0]["grid"]["columns"], 3);
    EXPECT_NEAR(r["panoramas"][0]["f_px"].get<double>(), kDrawnFocal, 5);
    for (const auto& tile : r["tiles"]) {
        const std::string file = tile["file"];
        EXPECT_EQ(file, std::to_string(tile["row"].get<int>()) + "_" + std::to_string(tile["col"].get<int>()) + ".png");
        EXPECT_EQ(tile["verdict"], "placed");
        EXPECT_EQ(tile["world_from_camera"].size(), 9u);
        EXPECT_LT(tile["pose_rms_px"].get<double>(), 0.3);
    }
    EXPECT_TRUE(fs::exists(world_ / "p-verify.png"));
    EXPECT_THAT(read_bytes(world_ / "p.html"), Not(HasSubstr("<script")));
}

TEST_F(Pano, NeitherThreadsNorLevelNorTheOrderOfArrivalMatter) {
    write_grid(tiles(), 3, 2);
    ASSERT_EQ(pano({tiles().string(), "--threads", "1"}).code, 0);
    const std::string want = sha256_of(out());
    ASSERT_EQ(pano({tiles().string(), "--threads", "3"}).code, 0);
    EXPECT_EQ(sha256_of(out()), want);
    CallOptions baseline;
    baseline.environment = {{"NIGHTSTACK_CPU", "sse2"}};
    ASSERT_EQ(pano({tiles().string()}, baseline).code, 0);
    EXPECT_EQ(sha256_of(out()), want);
    const Finished growing = pano({tiles().string(), "--preview", (world_ / "growing.png").string(), "--json"});
    ASSERT_EQ(growing.code, 0);
    EXPECT_EQ(sha256_of(out()), want);
    EXPECT_TRUE(fs::exists(world_ / "growing.png"));
    std::vector<nlohmann::json> previews;
    for (const std::string& line : lines_of(growing.out)) {
        ASSERT_TRUE(nlohmann::json::accept(line)) << line;
        const nlohmann::json event = nlohmann::json::parse(line);
        if (event["event"] == "preview") previews.push_back(event);
    }
    ASSERT_FALSE(previews.empty());
    for (std::size_t i = 0; i < previews.size(); ++i) EXPECT_EQ(previews[i]["rev"], i + 1);
    EXPECT_EQ(previews.back()["tiles"], report()["panoramas"][0]["tiles"]) << "the last one shows all";
}

TEST_F(Pano, WhatDoesNotBelongIsLeftOutByName) {
    write_grid(tiles(), 3, 3);
    write_tile(tiles() / "stray.png", 77);
    fs::copy_file(tiles() / "0_1.png", tiles() / "copy.png");
    write_bytes(tiles() / "cut\noff.png", read_bytes(tiles() / "0_0.png").substr(0, 3000));
    const Finished done = pano({tiles().string()});
    EXPECT_EQ(done.code, 4);
    EXPECT_THAT(done.err, HasSubstr("stray.png: left out: "));
    EXPECT_THAT(done.err, HasSubstr("copy.png: left out: a copy of 0_1.png"));
    EXPECT_THAT(done.err, HasSubstr("tiles/cut\\x0Aoff.png: PNG: file ends too early"));
    const nlohmann::json c = report()["counts"];
    EXPECT_EQ(c["in"], 9);
    EXPECT_EQ(c["placed"], 6);
    EXPECT_EQ(c["left_out"], 2);
    EXPECT_EQ(c["failed"], 1);
}

TEST_F(Pano, TwoSetsBecomeTwoPanoramas) {
    write_grid(tiles(), 3, 4);
    write_grid(tiles(), 2, 5, "other_");
    const Finished done = pano({tiles().string()});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_TRUE(fs::exists(world_ / "p.png"));
    EXPECT_TRUE(fs::exists(world_ / "p-2.png"));
    const nlohmann::json r = report();
    EXPECT_EQ(r["panoramas"].size(), 2u);
    EXPECT_EQ(r["panoramas"][1]["tiles"], 4);
}

TEST_F(Pano, WithoutAnythingInCommonThereIsAReportAlone) {
    write_tile(tiles() / "a.png", 1);
    write_tile(tiles() / "b.png", 2);
    const Finished two = pano({tiles().string()});
    EXPECT_EQ(two.code, 3);
    EXPECT_FALSE(fs::exists(out()));
    EXPECT_EQ(report()["counts"]["left_out"], 2);
    fs::remove(tiles() / "b.png");
    const Finished one = pano({tiles().string()});
    EXPECT_EQ(one.code, 3);
    EXPECT_THAT(one.err, HasSubstr("a panorama takes two tiles"));
}

TEST_F(Pano, WhatIsThereIsNotReplacedUnasked) {
    write_grid(tiles(), 2, 6);
    write_bytes(out(), "mine");
    const Finished done = world_.run({"pano", tiles().string(), "-o", out().string()});
    EXPECT_EQ(done.code, 2);
    EXPECT_EQ(read_bytes(out()), "mine");
    EXPECT_EQ(world_.run({"pano", tiles().string(), "-o", (world_ / "p.gif").string()}).code, 2);
    EXPECT_NE(world_.run({"pano", tiles().string(), "-o", (world_ / "none/p.png").string()}).code, 0);
}

// A second call over the folder it wrote into, and a slip of the hand that names a tile.
TEST_F(Pano, ResultsAmongTheTilesAreNoTilesAndTilesAreNeverReplaced) {
    write_grid(tiles(), 2, 6);
    name_ = "tiles/p.png";
    ASSERT_EQ(pano({tiles().string(), "--preview", (tiles() / "grown.png").string()}).code, 0);
    const Finished again = pano({tiles().string()});
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(report()["counts"]["in"], 4);
    const std::string tile = read_bytes(tiles() / "0_0.png");
    for (const Words& slip : {Words{"-o", (tiles() / "0_0.png").string()},
                              Words{"-o", (world_ / "q.png").string(), "--preview", (tiles() / "0_0.png").string()}}) {
        Words words = {"pano", tiles().string(), "--force"};
        words.insert(words.end(), slip.begin(), slip.end());
        const Finished done = world_.run(words);
        EXPECT_EQ(done.code, 2);
        EXPECT_THAT(done.err, HasSubstr("is one of the tiles"));
        EXPECT_EQ(read_bytes(tiles() / "0_0.png"), tile);
    }
}

TEST_F(Pano, EveryFormatIsWritten) {
    write_grid(tiles(), 2, 7);
    for (const char* name : {"p.jpg", "p.tif", "p.dzi"}) {
        name_ = name;
        ASSERT_EQ(pano({tiles().string(), "--projection", "spherical"}).code, 0) << name;
        EXPECT_GT(fs::file_size(out()), 100u);
    }
    EXPECT_THAT(read_bytes(world_ / "p.jpg").substr(0, 4000), HasSubstr("equirectangular"));
    EXPECT_TRUE(fs::is_directory(world_ / "p_files"));
}

}  // namespace
}  // namespace nightstack::test
