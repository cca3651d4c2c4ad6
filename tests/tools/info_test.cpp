// SPDX-License-Identifier: MIT
// nightstack info: the same keys for every file, good or bad.
#include <gmock/gmock.h>

#include <algorithm>

#include "io/image_files/tiff.h"
#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kKeys[] = {"file",   "width",      "height", "planes", "bitpix",  "pattern",  "roworder",
                                 "gain",   "exposure_s", "min",    "max",    "binning", "date_obs", "object",
                                 "camera", "median",     "sigma",  "stars",  "fwhm_px", "error"};

std::vector<nlohmann::json> told(const Finished& done) {
    std::vector<nlohmann::json> all;
    for (const std::string& line : lines_of(done.out)) {
        EXPECT_TRUE(nlohmann::json::accept(line)) << line;
        all.push_back(nlohmann::json::parse(line));
        EXPECT_EQ(all.back().size(), std::size(kKeys)) << line;
        for (const char* key : kKeys) EXPECT_TRUE(all.back().contains(key)) << key << " in " << line;
    }
    return all;
}

TEST(Info, FitsOfTheScope) {
    const World world;
    SmallNightOptions o;
    o.layout = NightLayout::dwarf2_first;
    o.frames = 1;
    const SmallNight night = write_small_night(world.path(), o);
    const auto all = told(world.run({"info", "--json", night.lights[0].string()}));
    ASSERT_THAT(all, SizeIs(1));
    const nlohmann::json& f = all[0];
    EXPECT_EQ(f["width"], 480);
    EXPECT_EQ(f["height"], 320);
    EXPECT_EQ(f["planes"], 1);
    EXPECT_EQ(f["bitpix"], 16);
    EXPECT_EQ(f["pattern"], "GBRG");
    EXPECT_EQ(f["roworder"], "TOP-DOWN");
    EXPECT_EQ(f["exposure_s"], 15);
    EXPECT_EQ(f["gain"], 80);
    EXPECT_EQ(f["binning"], 2);
    EXPECT_EQ(f["date_obs"], "2026-09-12T21:00:00.442");
    EXPECT_TRUE(f["object"].is_null()) << "blank is unknown";
    EXPECT_EQ(f["camera"], "DWARFII");
    EXPECT_LT(f["min"], f["median"]);
    EXPECT_LT(f["median"], f["max"]);
    EXPECT_GT(f["stars"], 50);
    EXPECT_NEAR(f["fwhm_px"], 2.6, 0.5);
    EXPECT_TRUE(f["error"].is_null());
    const Finished table = world.run({"info", night.lights[0].string()});
    for (const char* part : {"480 x 320", "GBRG", "15 s", "DWARFII", "stars"}) EXPECT_THAT(table.out, HasSubstr(part));
}

TEST(Info, TiffBadFileAndNoFile) {
    const World world;
    Image<std::uint16_t> flat(64, 48);
    for (int y = 0; y < 48; ++y) std::fill_n(flat.view().row_data(y), 64, static_cast<std::uint16_t>(1000 + y));
    {
        io::OutputFile file(world / "raw.tif");
        io::TiffWriter writer(file, {64, 48, 1, io::TiffSample::uint16, ""});
        const ImageView<const std::uint16_t> plane = flat.cview();
        writer.write_rows(0, std::span(&plane, 1));
        writer.finish();
        file.publish();
    }
    write_bytes(world / "bad.fits", "SIMPLE  = nonsense");
    const Finished done = world.run({"info", "--json", "--pattern", "GBRG", (world / "raw.tif").string(),
                                     (world / "bad.fits").string(), (world / "absent.fits").string()});
    EXPECT_EQ(done.code, 4);
    const auto all = told(done);
    ASSERT_THAT(all, SizeIs(3));
    EXPECT_EQ(all[0]["width"], 64);
    EXPECT_EQ(all[0]["pattern"], "GBRG");
    EXPECT_TRUE(all[0]["bitpix"].is_null() || all[0]["bitpix"] == 16);
    EXPECT_TRUE(all[0]["exposure_s"].is_null());
    EXPECT_TRUE(all[0]["fwhm_px"].is_null()) << "no stars, no width";
    EXPECT_TRUE(all[0]["error"].is_null());
    for (std::size_t i : {1U, 2U}) {
        EXPECT_TRUE(all[i]["width"].is_null());
        EXPECT_THAT(all[i]["error"].get<std::string>(), HasSubstr(i == 1 ? "bad.fits" : "absent.fits"));
    }
    EXPECT_EQ(world.run({"info", (world / "bad.fits").string()}).code, 3);
}

// A hot pixel is no star to either of them.
TEST(Info, CountsTheStarsThatAStackCounts) {
    for (const auto& cfa : {std::optional(CfaPattern::gbrg), std::optional<CfaPattern>()}) {
        const World world;
        SmallNightOptions o;
        o.frames = 2;
        o.cfa = cfa;
        const SmallNight night = write_small_night(world.path(), o);
        ASSERT_EQ(world.stack({night.session.string()}).code, 0);
        const nlohmann::json report = world.report();
        ASSERT_TRUE(report["applied"]["impulse_filter"]);
        for (const auto& light : night.lights) {
            const auto all = told(world.run({"info", "--json", light.string()}));
            ASSERT_THAT(all, SizeIs(1));
            const nlohmann::json frame = frame_of(report, light.filename().string());
            EXPECT_EQ(all[0]["stars"], frame["stars"]);
            EXPECT_EQ(all[0]["fwhm_px"], frame["fwhm_px"]);
        }
    }
}

TEST(Info, OurOwnProduct) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    const auto all = told(world.run({"info", "--json", world.result().string()}));
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all[0]["planes"], 3);
    EXPECT_EQ(all[0]["bitpix"], -32);
    EXPECT_TRUE(all[0]["pattern"].is_null());
    EXPECT_EQ(all[0]["object"], "M 1");
    EXPECT_EQ(all[0]["roworder"], "TOP-DOWN");
}

}  // namespace
}  // namespace nightstack::test
