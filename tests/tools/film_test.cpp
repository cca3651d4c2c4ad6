// SPDX-License-Identifier: MIT
// Films by the program: what comes out, what the report says, what is refused.
#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "device/sim/card/film.h"
#include "io/fits/reader.h"
#include "tests/pipeline/stages/scene/scenes.h"
#include "tests/support/jpeg/made_jpeg.h"
#include "tests/support/small_night.h"
#include "tests/tools/program.h"

namespace nightstack::test {
namespace {

using testing::HasSubstr;

// A field that stays: the places are tested in tests/pipeline/graph.
std::vector<std::string> pictures(int count) {
    std::vector<std::string> out;
    for (int i = 0; i < count; ++i) out.push_back(made_jpeg(Scene::night, 640, 480, 3));
    return out;
}

std::filesystem::path avi(const World& world, const std::vector<std::string>& jpegs) {
    device::sim::Film film(640, 480, 5);
    std::string all;
    for (const std::string& jpeg : jpegs) all += film.picture(jpeg);
    const std::string index = film.index();
    std::ofstream(world / "film.avi", std::ios::binary) << film.head() << all << index;
    return world / "film.avi";
}

TEST(Films, BecomeAPictureWithAReportPerGroup) {
    const World world;
    std::vector<std::string> film = pictures(12);
    film[4] = film[4].substr(0, film[4].size() / 2);
    film[7] = "no picture";
    const Finished done = world.stack({avi(world, film).string(), "--method", "stream"});
    EXPECT_EQ(done.code, 4) << done.err;  // one could not be opened
    EXPECT_THAT(done.err, HasSubstr("not linear"));
    const nlohmann::json report = world.report();
    EXPECT_EQ(report["counts"]["in"], 12);
    EXPECT_EQ(report["counts"]["stacked"], 10);
    EXPECT_EQ(report["counts"]["reasons"]["damaged"], 1);
    EXPECT_EQ(report["counts"]["reasons"]["no_jpeg"], 1);
    EXPECT_EQ(report["film"]["group"], 5);  // a second of it
    EXPECT_EQ(report["groups"].size(), 2U);
    EXPECT_EQ(report["result"]["noise"].size(), 3U);
    const io::FitsFile file(world / "result.fits");
    EXPECT_FALSE(file.header().find("EXPTIME"));
    EXPECT_FALSE(file.header().find("DATE-OBS"));
}

// In the same way of an AVI and of a stream: both are done, and tell that something was not played.
TEST(Films, WhatWasNotPlayedIsTold) {
    const World world;
    const std::vector<std::string> film = pictures(8);
    const auto told = [&](const std::filesystem::path& path) {
        const Finished done = world.stack({path.string(), "--method", "stream", "--group", "4", "--force"});
        EXPECT_EQ(done.code, 4) << done.err;
        EXPECT_THAT(done.err, HasSubstr("1 part of it was not played"));
        EXPECT_EQ(world.report()["counts"]["stacked"], 7);
        EXPECT_EQ(world.report()["film"]["parts_without_picture"], 1);
    };
    std::string stream;
    for (const std::string& jpeg : film) stream += jpeg;
    std::ofstream(world / "cut.mjpeg", std::ios::binary) << stream.substr(0, stream.size() - 500);
    told(world / "cut.mjpeg");
    const std::filesystem::path whole = avi(world, film);
    std::filesystem::resize_file(whole, std::filesystem::file_size(whole) - 8 - 8 * 16 - 500);  // into the last picture
    told(whole);
    std::fstream damaged(avi(world, film), std::ios::binary | std::ios::in | std::ios::out);
    damaged.seekp(static_cast<std::streamoff>(224 + 3 * (8 + film[0].size() + film[0].size() % 2) + 4));
    damaged.write("\0\0\0\0", 4);  // the size of the fourth picture
    damaged.close();
    told(world / "film.avi");
}

TEST(Films, LuckyDropsAndStreamsAreFilmsToo) {
    const World world;
    std::ofstream out(world / "film.mjpeg", std::ios::binary);
    for (const std::string& jpeg : pictures(8)) out << jpeg;
    out.close();
    const Finished done = world.stack(
        {(world / "film.mjpeg").string(), "--method", "stream", "--group", "4", "--lucky", "50", "--threads", "1"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(world.report()["counts"]["dropped"], 4);
    EXPECT_EQ(world.report()["counts"]["stacked"], 4);
}

// A landscape from a hand that does not hold still; grey, and with some noise.
std::string landscape_picture(int i) {
    const Transform lies = turned_and_shifted(640, 480, 0.15 * (i % 3), 1.5 * i, -0.7 * i);
    const Image<float> drawn_one =
        drawn(landscape(5, 640, 480), 640, 480, {lies, 200, 20, 2, static_cast<unsigned>(i) + 1});
    Rgb8 picture{640, 480, {}};
    for (int y = 0; y < 480; ++y) {
        for (const float v : drawn_one.cview().row(y))
            picture.pixels.insert(picture.pixels.end(), 3,
                                  static_cast<std::uint8_t>(std::clamp(std::nearbyint(v), 0.0F, 255.0F)));
    }
    return made_jpeg(picture);
}

TEST(Films, WithoutStarsAreLaidByWhatTheyShow) {
    const World world;
    std::vector<std::string> film;
    for (int i = 0; i < 8; ++i) film.push_back(landscape_picture(i));
    film.push_back(made_jpeg(Rgb8{640, 480, std::vector<std::uint8_t>(640 * 480 * 3, 90)}));  // fog
    const std::string path = avi(world, film).string();
    const Finished by_scene = world.stack({path, "--method", "stream", "--align", "auto", "--group", "2"});
    EXPECT_EQ(by_scene.code, 0) << by_scene.err;
    const nlohmann::json report = world.report();
    EXPECT_EQ(report["counts"]["stacked"], 8) << report["counts"];
    EXPECT_EQ(report["result"]["aligned_by"], "scene");
    ASSERT_EQ(report["groups"].size(), 4U);
    const nlohmann::json& last = report["groups"][3]["ref_from_frame"];  // of picture 6
    const Transform want = turned_and_shifted(640, 480, 0, 9, -4.2);
    EXPECT_NEAR(last[2].get<double>(), want({0, 0}).x, 0.15) << last;
    EXPECT_NEAR(last[5].get<double>(), want({0, 0}).y, 0.15) << last;
    const Finished by_stars = world.stack({path, "--method", "stream", "--align", "stars", "--force"});
    EXPECT_EQ(by_stars.code, 3) << by_stars.err;
}

TEST(Films, RefusesInALineWhatItCannotDo) {
    const World world;
    const std::string film = avi(world, pictures(2)).string();
    const std::vector<Words> calls = {{"--method", "offline"},
                                      {"--method", "stream", "--state", (world / "a.nst").string()},
                                      {"--method", "stream", "--finish"},
                                      {"--method", "stream", "--grid", (world / "a.nst").string()},
                                      {"--method", "stream", "--scale", "2"},
                                      {"--method", "stream", "--lucky", "0"},
                                      {"--method", "stream", "--transform", "homography"},
                                      {"--method", "stream", "--memory", "100M"},
                                      {"--method", "stream", (world / "a.fits").string()}};
    for (const Words& more : calls) {
        Words words{film};
        words.insert(words.end(), more.begin(), more.end());
        const Finished done = world.stack(words);
        EXPECT_EQ(done.code, 2) << more.back() << ": " << done.err;
    }
}

TEST(Films, AGroupInTheSettingsLeavesNightsOfFramesAlone) {
    const World world;
    SmallNightOptions o;
    o.frames = 4;
    const SmallNight night = write_small_night(world / "card", o);
    for (const Words& method : {Words{}, Words{"--method", "stream"}}) {
        Words words{night.session.string(), "--force"};
        words.insert(words.end(), method.begin(), method.end());
        const Finished done = world.stack(words, {{{"NIGHTSTACK_GROUP", "25"}, {"NIGHTSTACK_LUCKY", "30"}}, {}, 0});
        EXPECT_EQ(done.code, 0) << done.err;
        EXPECT_EQ(world.report()["counts"]["stacked"], 4);
    }
    const Finished lucky = world.stack({night.session.string(), "--lucky", "30", "--force"});
    EXPECT_EQ(lucky.code, 2);
    EXPECT_THAT(lucky.err, testing::HasSubstr("--lucky chooses among the pictures of a film, these are frames"));
}

TEST(Films, WithoutAUsablePictureTheReportTellsWhy) {
    const World world;
    const Finished done =
        world.stack({avi(world, {made_jpeg(Rgb8{64, 64, std::vector<std::uint8_t>(64 * 64 * 3, 9)})}).string(),
                     "--method", "stream"});
    EXPECT_EQ(done.code, 3) << done.err;
    EXPECT_EQ(world.report()["counts"]["reasons"]["reference"], 1);
}

}  // namespace
}  // namespace nightstack::test
