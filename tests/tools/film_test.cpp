// SPDX-License-Identifier: MIT
// Films by the program: what comes out, what the report says, what is refused.
#include <gmock/gmock.h>

#include <fstream>

#include "device/sim/card/film.h"
#include "io/fits/reader.h"
#include "tests/support/jpeg/made_jpeg.h"
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

TEST(Films, RefusesInALineWhatItCannotDo) {
    const World world;
    const std::string film = avi(world, pictures(2)).string();
    const std::vector<Words> calls = {{"--method", "offline"},
                                      {"--method", "stream", "--state", (world / "a.nst").string()},
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
