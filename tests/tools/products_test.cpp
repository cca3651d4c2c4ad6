// SPDX-License-Identifier: MIT
// What lies on disk after a stack: names, FITS, picture, report; and that nothing of it is ever lost or eaten.
#include <fitsio.h>
#include <gmock/gmock.h>

#include <cstdlib>

#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST(Products, ReportHasEveryFieldOfTheContract) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    write_bytes(night.session / "light_90.fits", "SIMPLE");
    ASSERT_EQ(world.stack({night.session.string(), "--warp", "cubic"}).code, 4);
    const nlohmann::json r = world.report();
    for (const char* key :
         {"schema", "version", "options", "inputs", "applied", "canvas", "frames", "result", "counts", "run"})
        EXPECT_TRUE(r.contains(key)) << key;
    EXPECT_EQ(r["options"]["warp"], "cubic");
    EXPECT_THAT(r["problems"], SizeIs(0));
    EXPECT_THAT(r["inputs"], SizeIs(9));
    for (const auto& input : r["inputs"]) {
        EXPECT_EQ(input["sha256"], sha256_of(input["file"].get<std::string>()));
        EXPECT_EQ(input["role"], "light");
        EXPECT_EQ(input["bytes"], fs::file_size(input["file"].get<std::string>()));
    }
    for (const char* key : {"dark", "flat", "bias", "why_not"}) EXPECT_TRUE(r["applied"].contains(key)) << key;
    for (const char* key : {"x0", "y0", "width", "height", "scale"}) EXPECT_TRUE(r["canvas"].contains(key)) << key;
    for (const auto& frame : r["frames"]) {
        for (const char* key : {"file", "verdict", "reason", "limits", "weight", "stars", "fwhm_px", "roundness",
                                "background", "transparency", "residual_px", "ref_from_frame"})
            EXPECT_TRUE(frame.contains(key)) << key;
        if (frame["verdict"] == "stacked") {
            EXPECT_THAT(frame["ref_from_frame"], SizeIs(9));
            EXPECT_THAT(frame["weights"], SizeIs(3));
            const auto each = frame["weights"].get<std::vector<double>>();
            EXPECT_GT(each[0], 0);
            EXPECT_NEAR(frame["weight"].get<double>(), (each[0] + each[1] + each[2]) / 3, 1e-12);
        }
    }
    for (const char* key : {"noise", "low_percent", "high_percent", "livetime_s"})
        EXPECT_TRUE(r["result"].contains(key)) << key;
    EXPECT_EQ(r["result"]["livetime_s"], 8 * 15);
    EXPECT_THAT(r["result"]["noise"], SizeIs(3));
    for (const char* key : {"wall_s", "cpu_s", "peak_mb", "threads", "cpu"}) EXPECT_TRUE(r["run"].contains(key)) << key;
    std::vector<std::string> phases;
    double wall_s = 0;
    for (const auto& p : r["run"]["phases"]) {
        phases.push_back(p["phase"]);
        wall_s += p["wall_s"].get<double>();
        EXPECT_GE(p["cpu_s"].get<double>(), 0);
    }
    EXPECT_THAT(phases,
                ElementsAre("opening", "masters", "measuring", "registering", "integrating", "finishing"));
    EXPECT_NEAR(wall_s, r["run"]["wall_s"].get<double>(), 0.05);
    const auto& counts = r["counts"];
    EXPECT_EQ(counts["in"], 9);
    EXPECT_EQ(counts["in"].get<int>(),
              counts["stacked"].get<int>() + counts["rejected"].get<int>() + counts["failed"].get<int>());
    EXPECT_EQ(counts["failed"], 1);
}

TEST(Products, AstropyReadsAndVerifiesTheFits) {
    const World world;
    SmallNightOptions o;
    o.layout = NightLayout::sorted;
    o.darks = o.flats = 2;
    const SmallNight night = write_small_night(world.path(), o);
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    const std::string command = std::string("/usr/bin/python3 ") + NIGHTSTACK_SOURCE_DIR +
                                "/tests/tools/check_product.py " + world.result().string() + " DF 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(Products, CfitsioReadsAllFourPictures) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    fitsfile* file = nullptr;
    int status = 0;
    fits_open_file(&file, world.result().c_str(), READONLY, &status);
    int pictures = 0;
    fits_get_num_hdus(file, &pictures, &status);
    ASSERT_EQ(status, 0);
    EXPECT_EQ(pictures, 4);
    const char* const names[] = {"", "COV", "REJ", "VAR"};
    const long planes[] = {3, 3, 6, 3};
    for (int i = 0; i < 4; ++i) {
        fits_movabs_hdu(file, i + 1, nullptr, &status);
        long axes[3] = {0, 0, 0};
        fits_get_img_size(file, 3, axes, &status);
        EXPECT_EQ(axes[2], planes[i]);
        char name[FLEN_VALUE] = "";
        if (i > 0) fits_read_key(file, TSTRING, "EXTNAME", name, nullptr, &status);
        EXPECT_STREQ(name, names[i]);
        std::vector<float> pixels(static_cast<std::size_t>(axes[0] * axes[1] * axes[2]));
        int any_nan = 0;
        fits_read_img(file, TFLOAT, 1, static_cast<long>(pixels.size()), nullptr, pixels.data(), &any_nan, &status);
        EXPECT_EQ(status, 0);
        for (const float v : pixels) ASSERT_TRUE(v == v);
    }
    fits_close_file(file, &status);
}

TEST(Products, NeverReplacedWithoutForce) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    const std::string before = sha256_of(world.result());
    const Finished again = world.stack({night.session.string(), "--combine", "median"});
    EXPECT_EQ(again.code, 2);
    EXPECT_THAT(again.err, HasSubstr("--force"));
    EXPECT_EQ(sha256_of(world.result()), before);
    EXPECT_EQ(world.stack({night.session.string(), "--combine", "median", "--force"}).code, 0);
    EXPECT_NE(sha256_of(world.result()), before);
    EXPECT_THAT(files_ending(world.path(), ".part"), SizeIs(0));
}

TEST(Products, APngInTheWayIsNotReplacedEither) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    write_bytes(world / "result.png", "mine");
    EXPECT_EQ(world.stack({night.session.string()}).code, 2);
    EXPECT_EQ(read_bytes(world / "result.png"), "mine");
    EXPECT_FALSE(fs::exists(world.result()));
}

// --force is for results; a light, a sidecar or somebody's picture is never replaced.
TEST(Products, ForceReplacesResultsOnly) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const std::string light = sha256_of(night.lights[0]);
    write_bytes(world / "mine.json", "{\"exp\": 15}");
    write_bytes(world / "photo.png", "mine");
    for (const std::string& name :
         {night.lights[0].string(), (world / "mine.fits").string(), (world / "photo.fits").string()}) {
        const Finished done = world.run({"stack", night.session.string(), "--output", name, "--force"});
        EXPECT_EQ(done.code, 2) << name;
        EXPECT_THAT(done.err, HasSubstr("no result of this program"));
    }
    EXPECT_EQ(sha256_of(night.lights[0]), light);
    EXPECT_EQ(read_bytes(world / "mine.json"), "{\"exp\": 15}");
    EXPECT_EQ(read_bytes(world / "photo.png"), "mine");
}

// What a run leaves that was killed before its FITS got a name.
TEST(Products, ForceReplacesAnOwnPictureThatStandsAlone) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    for (const char* kind : {"16", "linear16"}) {
        ASSERT_EQ(world.stack({night.session.string(), "--tiff", "--png", kind, "--force"}).code, 0);
        fs::remove(world.result());
        fs::remove(world / "result.json");
    }
    const Finished again = world.stack({night.session.string(), "--tiff", "--force"});
    EXPECT_EQ(again.code, 0) << again.err;
}

TEST(Products, OwnOutputIsNeverInput) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    ASSERT_EQ(world.run({"stack", night.session.string()}).code, 0);
    ASSERT_EQ(world.run({"stack", night.session.string(), "--out", night.session.string()}).code, 0);
    const Finished again = world.stack({world.path().string(), "--verbose"});
    ASSERT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(world.report()["counts"]["in"], 8) << again.err;
}

TEST(Products, ARenamedOwnProductIsNoLightEither) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    fs::copy_file(world.result(), night.session / "light_99.fits");
    ASSERT_EQ(world.stack({night.session.string(), "--force"}).code, 0);
    EXPECT_EQ(world.report()["counts"]["in"], 8);
}

// Where every FITS is a light by its folder's name, ours is none, report beside it or not.
TEST(Products, AnOwnResultInASessionFolderIsNoLight) {
    const World world;
    SmallNightOptions o;
    o.layout = NightLayout::dwarf3;
    const SmallNight night = write_small_night(world.path(), o);
    ASSERT_EQ(world.stack({night.session.string()}).code, 0);
    fs::copy_file(world.result(), night.session / "my best.fits");
    fs::copy_file(world.result(), night.session / "M_1_20260912T210000_8x15s-2.fits");
    const Finished again = world.stack({night.session.string(), "--force"});
    EXPECT_EQ(again.code, 0) << again.err;
    EXPECT_EQ(world.report()["counts"]["in"], 8) << again.err;
    const Finished alone = world.run({"stack", (night.session / "my best.fits").string()});
    EXPECT_EQ(alone.code, 3) << alone.err;
    EXPECT_THAT(alone.err, HasSubstr("a result of this program"));
}

TEST(Products, TiffOnRequest) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    ASSERT_EQ(world.stack({night.session.string(), "--tiff"}).code, 0);
    ASSERT_TRUE(fs::exists(world / "result.tif"));
    const std::string command = "/usr/bin/python3 -c \"import sys, cv2, numpy; a = cv2.imread('" +
                                (world / "result.tif").string() +
                                "', cv2.IMREAD_UNCHANGED); sys.exit(a is None or a.dtype != numpy.float32 or a.ndim != "
                                "3)\" 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0);
}

TEST(Products, OutputIntoAFolderThatIsNotThereSaysSo) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const Finished done = world.run({"stack", night.session.string(), "--output", (world / "no/such/x.fits").string()});
    EXPECT_NE(done.code, 0);
    EXPECT_EQ(count_lines(done.err, "no/such"), 1u) << done.err;
}

TEST(Products, OutFolderIsMade) {
    const World world;
    const SmallNight night = write_small_night(world.path());
    const Finished done = world.run({"stack", night.session.string(), "--out", (world / "a/b").string()});
    EXPECT_EQ(done.code, 0);
    EXPECT_THAT(files_ending(world / "a/b", ".fits"), SizeIs(1));
    EXPECT_THAT(files_ending(world / "a/b", ".png"), SizeIs(1));
    EXPECT_THAT(files_ending(world / "a/b", ".json"), SizeIs(1));
    const auto said = lines_of(done.out);
    ASSERT_EQ(said.size(), 3u) << done.out;
    for (const auto& line : said) EXPECT_TRUE(fs::exists(line)) << line;
}

}  // namespace
}  // namespace nightstack::test
