// SPDX-License-Identifier: MIT
// `stack --method stream --align scene|auto`: a night of the Moon becomes a picture, what is no Moon stays out, and a
// night of stars does not notice.
#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "io/fits/reader.h"
#include "pipeline/stages/scene/sharpness.h"
#include "tests/support/small_night.h"
#include "tests/tools/moon_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;

Image<float> green_of(const std::filesystem::path& path) {
    const auto file = io::open_fits(path);
    Image<float> out(file->format().width, file->format().height);
    file->read(out.view(), out.view().bounds(), file->format().planes() == 3 ? 1 : 0);
    return out;
}

// Where the Moon was in the reference, away from edges few frames saw.
double sharpness_of(const std::filesystem::path& path) {
    return sharpness(green_of(path).cview().cropped({100, 60, 256, 256}));
}

Image<float> fog() {
    std::mt19937 rng(3);
    std::normal_distribution<float> normal(6000, 80);
    Image<float> out(kMoonWidth, kMoonHeight);
    for (int y = 0; y < kMoonHeight; ++y) {
        for (float& v : out.view().row(y)) v = normal(rng) + 3 * static_cast<float>(y);
    }
    return out;
}

Transform transform_of(const nlohmann::json& frame) {
    std::array<double, 9> m{};
    for (std::size_t i = 0; i < 9; ++i) m[i] = frame["ref_from_frame"][i];
    return Transform(m);
}

TEST(Scene, ANightOfTheMoonBecomesAPicture) {
    const World world;
    const MoonNight night = write_moon_night(world / "moon", 12, false);
    write_moon_mosaic(night.folder, 50, fog().cview());
    const Finished done = world.stack(
        {night.folder.string(), "--method", "stream", "--align", "auto", "--framing", "reference", "--warp", "cubic"});
    ASSERT_EQ(done.code, 0) << done.err;
    const nlohmann::json report = world.report();
    EXPECT_EQ(report["result"]["aligned_by"], "scene");
    EXPECT_EQ(report["counts"]["stacked"], 12);
    EXPECT_EQ(report["counts"]["rejected"], 1);
    const nlohmann::json& last = report["frames"][12];
    EXPECT_EQ(last["reason"], "no_match") << last;
    for (std::size_t i = 0; i < 12; ++i) {
        const nlohmann::json& frame = report["frames"][i];
        EXPECT_TRUE(frame["stars"].is_null() && frame["fwhm_px"].is_null());
        EXPECT_GT(frame["sharpness"], 0);
        EXPECT_LT(frame["residual_px"], 0.5);
        EXPECT_NEAR(frame["transparency"].get<double>(), i % 3 == 1 ? 0.88 : 1, 0.03);
        const Point centre = night.frames[i].ref_from_frame.inverse()({228.4, 187.7});
        const Point found = transform_of(frame)(centre);
        EXPECT_LT(std::hypot(found.x - 228.4, found.y - 187.7), 0.2) << i;
        EXPECT_NEAR(transform_of(frame).rotation_rad(), night.frames[i].ref_from_frame.rotation_rad(), 0.002) << i;
    }
    const double aligned = sharpness_of(world.result());
    write_moon_mosaic(world / "mean", 0, night.mean.cview());
    ASSERT_EQ(world.stack({(world / "mean").string(), "--method", "stream", "--align", "scene", "--force"}).code, 0);
    EXPECT_GT(aligned, 1.5 * sharpness_of(world.result()));
    const Finished verified = world.run({"verify", (world / "result.json").string()});
    EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
}

// Of the reference no picture is kept: nothing can be laid on it later, and no star of the Moon is one.
TEST(Scene, StandsInTheStateAndIsNoGrid) {
    const World world;
    const MoonNight night = write_moon_night(world / "moon", 3, false);
    const std::string state = (world / "moon.nst").string(), fits = (world / "again.fits").string();
    const Words how{night.folder.string(), "--method", "stream", "--png", "none", "--force"};
    Words first = how;
    first.insert(first.end(), {"--align", "auto", "--state", state});
    ASSERT_EQ(world.stack(first).code, 0);
    const nlohmann::json info = nlohmann::json::parse(world.run({"info", state, "--json"}).out);
    EXPECT_EQ(info["aligned_by"], "scene");
    ASSERT_EQ(world.run({"export", state, "--output", fits, "--png", "none"}).code, 0);
    EXPECT_EQ(read_json(world / "again.json")["result"]["aligned_by"], "scene");
    for (const std::string by : {"stars", "auto", "scene"}) {
        Words second = how;
        second.insert(second.end(), {"--align", by, "--grid", state});
        const Finished refused = world.stack(second);
        EXPECT_EQ(refused.code, 2) << by;
        EXPECT_THAT(refused.err, HasSubstr("of its reference the stars are kept, not the picture")) << by;
    }
}

TEST(Scene, FramesOutOfFocusAreRejectedForIt) {
    const World world;
    const MoonNight night = write_moon_night(world / "moon", 15, true);
    ASSERT_EQ(world.stack({night.folder.string(), "--method", "stream", "--align", "scene"}).code, 0);
    const nlohmann::json report = world.report();
    for (std::size_t i = 0; i < night.frames.size(); ++i) {
        const nlohmann::json& frame = report["frames"][i];
        EXPECT_EQ(frame["reason"], night.frames[i].blur_px > 3 ? "sharpness" : "") << i << " " << frame["text"];
    }
}

// Its edge gives 19 "stars" in the first frame, and others in each that follows: by stars nothing lies on anything.
TEST(Scene, AMoonOutOfFocusHasNoStars) {
    const World world;
    const MoonNight night = write_blurred_moon_night(world / "moon", 8, 10);
    const Words how{night.folder.string(), "--method", "stream", "--png", "none", "--force"};
    const auto by = [&](const char* align) {
        Words words = how;
        words.insert(words.end(), {"--align", align});
        EXPECT_EQ(world.stack(words).code, 0) << align;
        return world.report();
    };
    EXPECT_EQ(by("stars")["counts"]["stacked"], 1) << "nothing is tested";
    const int by_scene = by("scene")["counts"]["stacked"];
    const nlohmann::json report = by("auto");
    EXPECT_EQ(report["result"]["aligned_by"], "scene");
    EXPECT_GE(report["counts"]["stacked"], by_scene - 1);
    for (std::size_t i = 0; i < night.frames.size(); ++i) {
        const nlohmann::json& frame = report["frames"][i];
        if (frame["verdict"] != "stacked") continue;
        EXPECT_TRUE(frame["stars"].is_null() && frame["fwhm_px"].is_null()) << i;
        EXPECT_GT(frame["sharpness"], 0) << i;
        const Point centre = night.frames[i].ref_from_frame.inverse()({228.4, 187.7});
        const Point found = transform_of(frame)(centre);
        EXPECT_LT(std::hypot(found.x - 228.4, found.y - 187.7), 1) << i;
    }
    const Finished verified = world.run({"verify", (world / "result.json").string()});
    EXPECT_EQ(verified.code, 0) << verified.out << verified.err;
}

TEST(Scene, AutoLaysAPlanet) {
    for (const double blur : {1.1, 4.0}) {
        const World world;
        const MoonNight night = write_jupiter_night(world / "jupiter", 6, blur);
        ASSERT_EQ(world.stack({night.folder.string(), "--method", "stream", "--align", "auto"}).code, 0);
        const nlohmann::json report = world.report();
        EXPECT_EQ(report["result"]["aligned_by"], "scene") << blur;
        EXPECT_EQ(report["counts"]["stacked"], 6) << blur;
    }
}

// Houses, rocks and trees by day are found again as if they were stars: whichever way, all frames lie where they are.
TEST(Scene, AutoLaysALandscapeOfTheTwin) {
    const World world;
    const std::vector<Point> truth = write_landscape(world / "land", 3);
    ASSERT_EQ(world
                  .stack({(world / "land").string(), "--method", "stream", "--align", "auto", "--demosaic",
                          "superpixel", "--png", "none"})
                  .code,
              0);
    const nlohmann::json report = world.report();
    ASSERT_EQ(report["counts"]["stacked"], 3) << report["frames"];
    for (std::size_t i = 0; i < truth.size(); ++i) {
        const Point found = transform_of(report["frames"][i])({960, 540});
        EXPECT_LT(std::hypot(found.x - truth[i].x, found.y - truth[i].y), 0.7) << i;
    }
}

TEST(Scene, StarsDoNotNotice) {
    const World world;
    SmallNightOptions o;
    o.frames = 4;
    const SmallNight night = write_small_night(world / "card", o);
    ASSERT_EQ(world.stack({night.session.string(), "--method", "stream"}).code, 0);
    const nlohmann::json before = world.report();
    const Image<float> plane = green_of(world.result());
    ASSERT_EQ(world.stack({night.session.string(), "--method", "stream", "--align", "auto", "--force"}).code, 0);
    EXPECT_EQ(world.report()["result"]["aligned_by"], "stars");
    EXPECT_EQ(world.report()["frames"], before["frames"]);
    const Image<float> again = green_of(world.result());
    ASSERT_TRUE(again.cview().same_size(plane.width(), plane.height()));
    for (int y = 0; y < plane.height(); ++y) {
        EXPECT_EQ(std::memcmp(again.view().row_data(y), plane.view().row_data(y),
                              sizeof(float) * static_cast<std::size_t>(plane.width())),
                  0);
    }
}

TEST(Scene, IsForFramesOneByOne) {
    const World world;
    SmallNightOptions o;
    o.frames = 2;
    const SmallNight night = write_small_night(world / "card", o);
    const Finished done = world.stack({night.session.string(), "--align", "scene", "--quiet"});
    EXPECT_EQ(done.code, 2);
    EXPECT_EQ(lines_of(done.err).size(), 1U) << done.err;
    EXPECT_THAT(done.err, HasSubstr("--align scene needs --method stream"));
}

}  // namespace
}  // namespace nightstack::test
