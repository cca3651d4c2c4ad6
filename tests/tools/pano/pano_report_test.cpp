// SPDX-License-Identifier: MIT
// What is promised of the report of nightstack pano, and that its page is safe with any name.
#include <gmock/gmock.h>

#include <filesystem>
#include <string>

#include "tests/support/small_night.h"
#include "tests/tools/pano/drawn_grid.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::AnyOf;
using testing::HasSubstr;
using testing::Not;

class PanoReport : public testing::Test {
protected:
    Finished pano(const Words& more = {}) const {
        Words words = {"pano", tiles().string(), "-o", (world_ / "p.png").string(), "--force"};
        words.insert(words.end(), more.begin(), more.end());
        return world_.run(words);
    }
    json report() const { return read_json(world_ / "p.json"); }
    fs::path tiles() const { return world_ / "tiles"; }

    World world_;
};

void expect_numbers(const json& of, const char* key, std::size_t count) {
    ASSERT_TRUE(of.contains(key)) << key;
    ASSERT_TRUE(of[key].is_array()) << key;
    EXPECT_EQ(of[key].size(), count) << key;
    for (const json& n : of[key]) EXPECT_TRUE(n.is_number()) << key;
}

void expect_number(const json& of, const char* key) {
    ASSERT_TRUE(of.contains(key)) << key;
    EXPECT_TRUE(of[key].is_number()) << key;
}

void expect_panorama(const json& p) {
    EXPECT_TRUE(p["image"].is_string());
    EXPECT_TRUE(p["projection"]["kind"].is_string());
    for (const char* key : {"lon0_deg", "lat0_deg", "px_per_deg"}) expect_number(p["projection"], key);
    expect_numbers(p["projection"], "straighten", 9);
    for (const char* key : {"width", "height", "f_px", "k1", "k2"}) expect_number(p, key);
    EXPECT_TRUE(p.contains("crop"));
}

void expect_tile(const json& t) {
    EXPECT_TRUE(t["file"].is_string());
    EXPECT_TRUE(fs::path(t["path"].get<std::string>()).has_parent_path());
    EXPECT_THAT(t["verdict"].get<std::string>(), AnyOf("placed", "weak", "left_out", "failed"));
    EXPECT_TRUE(t["reason"].is_string());
    for (const char* key : {"panorama", "world_from_camera", "row", "col", "gain", "pose_rms_px"})
        EXPECT_TRUE(t.contains(key)) << key;
    if (t["verdict"] != "placed") {
        EXPECT_NE(t["reason"], "");
        return;
    }
    expect_number(t, "panorama");
    expect_number(t, "pose_rms_px");
    expect_numbers(t, "world_from_camera", 9);
    expect_numbers(t, "gain", 3);
}

TEST_F(PanoReport, HoldsWhatIsPromised) {
    write_grid(tiles(), 3, 21);
    write_tile(tiles() / "stranger.png", 22);
    write_bytes(tiles() / "torn.png", read_bytes(tiles() / "0_0.png").substr(0, 900));
    ASSERT_EQ(pano().code, 4);
    const json r = report();
    ASSERT_EQ(r["panoramas"].size(), 1u);
    for (const json& p : r["panoramas"]) expect_panorama(p);
    ASSERT_EQ(r["tiles"].size(), 8u);
    int placed = 0;
    for (const json& t : r["tiles"]) {
        expect_tile(t);
        placed += t["verdict"] == "placed" ? 1 : 0;
        EXPECT_EQ(t["verdict"] == "left_out", t["file"] == "stranger.png");
        EXPECT_EQ(t["verdict"] == "failed", t["file"] == "torn.png");
    }
    EXPECT_EQ(placed, 6);
    ASSERT_GE(r["links"].size(), 7u);
    for (const json& l : r["links"]) {
        for (const char* key : {"a", "b", "inliers"}) EXPECT_TRUE(l[key].is_number_integer()) << key;
        EXPECT_LT(l["b"], r["tiles"].size());
        EXPECT_THAT(l["source"].get<std::string>(), AnyOf("feature", "phase", "grid"));
        EXPECT_TRUE(l["weak"].is_boolean());
        EXPECT_TRUE(l.contains("rms_px"));
    }
    const json& c = r["counts"];
    EXPECT_EQ(c["in"],
              c["placed"].get<int>() + c["weak"].get<int>() + c["left_out"].get<int>() + c["failed"].get<int>());
}

TEST_F(PanoReport, ThePageIsSafeWithAnyName) {
    write_grid(tiles(), 2, 23, "<script>alert(1)<!-- ");
    write_tile(tiles() / "\"><img src=x onerror=alert(2)>.png", 24);
    write_tile(tiles() / "\xff\xfe\n&quot;.png", 25);
    const Finished done = pano({"--html", "--verify"});
    EXPECT_EQ(done.code, 4) << done.err;
    const std::string page = read_bytes(world_ / "p.html");
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)"));
    EXPECT_THAT(page, HasSubstr("Content-Security-Policy"));
    for (const char* bad : {"<script", "<img src=x", "<!-- ", "\xff"}) EXPECT_THAT(page, Not(HasSubstr(bad))) << bad;
    EXPECT_THAT(done.err, Not(HasSubstr("\xff")));
    EXPECT_EQ(report()["tiles"].size(), 6u) << "and the report is JSON";
}

}  // namespace
}  // namespace nightstack::test
