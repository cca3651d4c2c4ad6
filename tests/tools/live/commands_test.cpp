// SPDX-License-Identifier: MIT
// merge, export and info of live stacks, as their users call them.
#include <gmock/gmock.h>

#include <fstream>

#include "io/fits/reader.h"
#include "tests/tools/live/made_states.h"
#include "tests/tools/program.h"

namespace nightstack::tools {
namespace {

using test::Words;
using testing::HasSubstr;

class States : public testing::Test {
protected:
    std::string put(const std::string& name, const LiveState& state) const {
        saved(world_ / name, state);
        return (world_ / name).string();
    }
    std::string path(const std::string& name) const { return (world_ / name).string(); }
    test::World world_;
};

TEST_F(States, MergeIsTheWholeNight) {
    const std::string a = put("a.nst", made_state({}, 0, 64)), b = put("b.nst", made_state({}, 64, 100));
    const auto done = world_.run({"merge", a, b, "-o", path("c.nst")});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, path("c.nst") + "\n");
    LiveState whole = made_state({}, 0, 100);
    SerialRunner serial;
    whole.stack.close_block(serial);
    whole.ledger.open_block.reset();
    EXPECT_EQ(bytes_of(path("c.nst")), bytes_of(put("whole.nst", whole)));
    EXPECT_EQ(world_.run({"merge", a, b, "-o", path("c.nst")}).code, 2) << "it exists";
    EXPECT_EQ(world_.run({"merge", b, a, "-o", path("c.nst"), "--force"}).code, 0);
    EXPECT_EQ(bytes_of(path("c.nst")), bytes_of(path("whole.nst")));
}

TEST_F(States, MergeNamesWhatDiffers) {
    LiveState other = made_state({}, 64, 66);
    other.ledger.camera = "WIDE";
    const std::string a = put("a.nst", made_state({}, 0, 3));
    const auto camera = world_.run({"merge", a, put("b.nst", other), "-o", path("c.nst")});
    EXPECT_EQ(camera.code, 2);
    EXPECT_THAT(camera.err, HasSubstr("camera: 'TELE' and 'WIDE'"));
    const auto twice = world_.run({"merge", a, a, "-o", path("c.nst")});
    EXPECT_EQ(twice.code, 2);
    EXPECT_THAT(twice.err, HasSubstr("would count twice"));
    EXPECT_EQ(world_.run({"merge", a, "-o", path("c.nst")}).code, 2);
    EXPECT_FALSE(std::filesystem::exists(path("c.nst")));
}

TEST_F(States, InfoIsOneLine) {
    const auto text = world_.run({"info", put("a.nst", made_state({}, 0, 12))});
    EXPECT_EQ(text.code, 0) << text.err;
    EXPECT_EQ(test::lines_of(text.out).size(), 1U);
    EXPECT_THAT(text.out, HasSubstr("live stack of 12 frames of M 42"));
    const auto json = nlohmann::json::parse(world_.run({"info", path("a.nst"), "--json"}).out);
    EXPECT_EQ(json["frames"], 12);
    EXPECT_EQ(json["planes"], 2);
    std::filesystem::resize_file(path("a.nst"), 1000);
    const auto broken = world_.run({"info", path("a.nst")});
    EXPECT_EQ(broken.code, 3);
    EXPECT_EQ(test::count_lines(broken.err, "ends after 1000 of"), 1U) << broken.err;
    // Too short for its first bytes: by its name.
    for (const std::uintmax_t bytes : {7U, 0U}) {
        std::filesystem::resize_file(path("a.nst"), bytes);
        const auto stump = world_.run({"info", path("a.nst")});
        EXPECT_EQ(stump.code, 3);
        EXPECT_EQ(test::count_lines(stump.err, "is not a live stack (.nst)"), 1U) << stump.err;
    }
}

TEST_F(States, ExportHasThePicture) {
    MadeNight night;
    night.planes = 3;
    const LiveState state = made_state(night, 0, 70);
    const auto done = world_.run({"export", put("a.nst", state), "--output", path("x.fits")});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_TRUE(std::filesystem::exists(path("x.png")));
    SerialRunner serial;
    const Rect shown{-50, -30, state.stack.extent().width, state.stack.extent().height};
    const LivePicture picture = state.stack.snapshot(shown, serial);
    const io::FitsFile fits(path("x.fits"));
    std::uint64_t flagged = 0;
    for (int p = 0; p < 3; ++p) {
        const auto& plane = picture.planes[static_cast<std::size_t>(p)];
        const auto expect = [&](const auto& image, const char* name, int at) {
            const int part = *name == '\0' ? 0 : fits.find(name);
            ASSERT_GE(part, 0) << name;
            Image<float> there(shown.width, shown.height);
            fits.read(there.view(), {0, 0, shown.width, shown.height}, at, static_cast<std::size_t>(part));
            for (int y = 0; y < shown.height; ++y)
                for (int x = 0; x < shown.width; ++x)
                    ASSERT_EQ(there.view()(x, y), static_cast<float>(image.view()(x, y))) << name << x << " " << y;
        };
        expect(plane.value, "", p);
        expect(plane.variance, "VAR", p);
        expect(plane.coverage, "COV", p);
        expect(plane.low, "REJ", p);
        expect(plane.high, "REJ", 3 + p);
        expect(plane.flag, "FLAG", p);
        for (int y = 0; y < shown.height; ++y)
            for (int x = 0; x < shown.width; ++x) flagged += plane.flag.view()(x, y);
    }
    EXPECT_GT(flagged, 0U) << "no flag was compared";
    EXPECT_EQ(fits.header().integer("STACKCNT"), 70);
    const auto report = test::read_json(path("x.json"));
    EXPECT_EQ(report["counts"]["stacked"], 70);
    EXPECT_EQ(report["counts"]["rejected"], 7);
    EXPECT_EQ(report["canvas"]["x0"], -100);
    EXPECT_EQ(report["frames"].size(), 77U);
}

TEST_F(States, ExportMovesTheSkyCoordinatesOfTheReference) {
    MadeNight night;
    night.planes = 1;
    LiveState state = made_state(night, 0, 8);
    state.ledger.sky.cards = {"CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRVAL1  = 83.75", "CRVAL2  = -5.5",
                              "CRPIX1  = 11",         "CRPIX2  = 21",         "CD1_1   = 1E-3",  "CD2_2   = 1E-3",
                              "CD1_2   = 0",          "CD2_1   = 0"};
    const auto done = world_.run({"export", put("a.nst", state), "--output", path("x.fits"), "--png", "none"});
    ASSERT_EQ(done.code, 0) << done.err;
    const auto report = test::read_json(path("x.json"));
    EXPECT_EQ(report["wcs"], "reference");
    const io::FitsFile fits(path("x.fits"));
    const double x0 = report["canvas"]["x0"], scale = report["canvas"]["scale"];
    EXPECT_NEAR(fits.header().number("CRPIX1").value_or(0), 10 * scale + (0.5 - x0) * scale - 0.5 + 1, 1e-9);
    EXPECT_NEAR(fits.header().number("CD1_1").value_or(0), 1e-3 / scale, 1e-12);
}

TEST_F(States, ExportIn16BitsKeepsItsPlanes) {
    MadeNight night;
    night.planes = 1;
    put("a.nst", made_state(night, 0, 8));
    const auto done =
        world_.run({"export", path("a.nst"), "--output", path("x.fits"), "--bits", "16", "--png", "none"});
    ASSERT_EQ(done.code, 0) << done.err;
    const io::FitsFile fits(path("x.fits"));
    for (const char* name : {"VAR", "COV", "REJ", "FLAG"}) EXPECT_GT(fits.find(name), 0) << name;
    EXPECT_EQ(fits.layout().bitpix, 16);
}

TEST_F(States, WhatIsNoStateIsRefusedInOneLine) {
    std::ofstream(path("a.nst")) << "hello";
    for (const Words& words : {Words{"export", path("a.nst"), "--output", path("x.fits")},
                               Words{"merge", path("a.nst"), path("a.nst"), "-o", path("c.nst")}}) {
        const auto done = world_.run(words);
        EXPECT_EQ(done.code, 1);
        EXPECT_EQ(test::count_lines(done.err, "is not a live stack"), 1U) << done.err;
    }
    EXPECT_FALSE(std::filesystem::exists(path("x.fits")));
}

}  // namespace
}  // namespace nightstack::tools
