// SPDX-License-Identifier: MIT
// nightstack info: the same keys for every file, good or bad.
#include <gmock/gmock.h>

#include <algorithm>
#include <limits>

#include "io/fits/writer.h"
#include "io/image_files/tiff.h"
#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kKeys[] = {"file",     "width",  "height",     "planes",    "bitpix",   "pattern",
                                 "roworder", "gain",   "exposure_s", "min",       "max",      "binning",
                                 "date_obs", "object", "camera",     "median",    "sigma",    "stars",
                                 "fwhm_px",  "error",  "event",      "undefined", "uncovered"};

std::vector<nlohmann::json> told(const Finished& done) {
    std::vector<nlohmann::json> all;
    for (const std::string& line : lines_of(done.out)) {
        EXPECT_TRUE(nlohmann::json::accept(line)) << line;
        all.push_back(nlohmann::json::parse(line));
        EXPECT_EQ(all.back().size(), std::size(kKeys)) << line;
        for (const char* key : kKeys) EXPECT_TRUE(all.back().contains(key)) << key << " in " << line;
        EXPECT_EQ(line.find(R"({"event":"info",)"), 0U) << line;
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
    EXPECT_GT(all[0]["uncovered"], 0) << "the rim of the canvas";
    EXPECT_NE(all[0]["min"], 0);
    EXPECT_GT(all[0]["stars"], 50);
}

io::FitsCards own_cards() {
    io::FitsCards cards;
    cards.text("PROGRAM", "nightstack test");
    return cards;
}

// Planes of 100, 200 and 300 with a gradient; a quarter of each has no coverage and the value 0.
TEST(Info, AllPlanesCountAndPixelsWithoutCoverageDoNot) {
    const World world;
    constexpr int kSide = 64;
    io::FitsWriter fits(world / "own.fits", {{"", kSide, kSide, 3}, {"COV", kSide, kSide, 3}});
    Image<float> value(kSide, kSide);
    Image<float> coverage(kSide, kSide);
    for (int p = 0; p < 3; ++p) {
        for (int y = 0; y < kSide; ++y) {
            for (int x = 0; x < kSide; ++x) {
                coverage.view()(x, y) = y < kSide / 4 ? 0.F : 5.F;
                value.view()(x, y) = y < kSide / 4 ? 0.F : 100.F * static_cast<float>(p + 1) + static_cast<float>(x);
            }
        }
        fits.write(0, p, value.view().bounds(), value.cview());
        fits.write(1, p, value.view().bounds(), coverage.cview());
    }
    fits.set_header(0, own_cards());
    fits.publish();
    const auto all = told(world.run({"info", "--json", (world / "own.fits").string()}));
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all[0]["min"], 100);
    EXPECT_EQ(all[0]["max"], 363);
    EXPECT_EQ(all[0]["median"], 231.5);
    EXPECT_EQ(all[0]["undefined"], 0);
    EXPECT_EQ(all[0]["uncovered"], 3 * kSide * kSide / 4);
    EXPECT_THAT(world.run({"info", (world / "own.fits").string()}).out, HasSubstr("all planes together"));
}

TEST(Info, NothingIsKnownOfAFrameWithoutValues) {
    const World world;
    Image<float> nothing(64, 48);
    for (int y = 0; y < 48; ++y) std::fill_n(nothing.view().row_data(y), 64, std::numeric_limits<float>::quiet_NaN());
    io::write_fits(world / "nan.fits", nothing.cview(), io::FitsCards());
    const auto all = told(world.run({"info", "--json", (world / "nan.fits").string()}));
    ASSERT_THAT(all, SizeIs(1));
    for (const char* key : {"min", "max", "median", "sigma", "stars", "fwhm_px"}) EXPECT_TRUE(all[0][key].is_null());
    EXPECT_EQ(all[0]["undefined"], 64 * 48);
    const Finished table = world.run({"info", (world / "nan.fits").string()});
    EXPECT_EQ(table.code, 0);
    EXPECT_THAT(table.out, HasSubstr("pixels       -\n"));
    EXPECT_THAT(table.out, HasSubstr("3072 of 3072"));
    EXPECT_THAT(table.out, testing::Not(HasSubstr("FWHM")));
    EXPECT_THAT(table.out, testing::Not(HasSubstr("0.0 ADU")));
}

TEST(Info, APatternIsCheckedAsInStack) {
    const World world;
    for (const char* command : {"info", "stack"}) {
        const Finished done = world.run({command, "--pattern", "XYZ", (world / "absent.fits").string()});
        EXPECT_EQ(done.code, 2) << command;
        EXPECT_THAT(done.err, HasSubstr("--pattern")) << command;
        EXPECT_EQ(world.run({command, "--pattern", "gbrg", (world / "absent.fits").string()}).code, 3) << command;
    }
}

}  // namespace
}  // namespace nightstack::test
