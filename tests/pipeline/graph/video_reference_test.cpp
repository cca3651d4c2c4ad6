// SPDX-License-Identifier: MIT
// Films whose first pictures are not of what the others show: the reference is a picture on which most of the others
// lie.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "drawn_film.h"
#include "pipeline/graph/video_run.h"
#include "played_film.h"
#include "tests/support/jpeg/made_jpeg.h"

namespace nightstack::test {
namespace {

// What a covered lens gives: enough of it looks like stars.
std::string noise(unsigned seed) {
    constexpr int width = 320, height = 240;
    std::mt19937 random(seed);
    std::normal_distribution<double> normal(30, 3);
    Rgb8 out{width, height, {}};
    for (int i = 0; i < width * height; ++i)
        out.pixels.insert(out.pixels.end(), 3, static_cast<std::uint8_t>(std::lround(normal(random))));
    for (int spot = 0; spot < 20; ++spot)  // in a large picture the noise alone has as many
        for (unsigned at = static_cast<unsigned>(random()) % (width * (height - 1) - 1);
             const unsigned i : {at, at + 1, at + width, at + width + 1})
            std::fill_n(out.pixels.begin() + 3 * i, 3, std::uint8_t{70});
    JpegWish wish;
    wish.quality = 92;
    return made_jpeg(out, wish);
}

std::string other_sky(unsigned seed, int width = 320, int height = 240) {
    return made_jpeg(Scene::night, width, height, seed);
}

// The pictures of one film, drawn once.
std::vector<std::string> good(int frames) {
    static std::vector<std::string> drawn;
    const DrawnFilm film;
    while (std::ssize(drawn) < frames) drawn.push_back(film.jpeg(static_cast<int>(drawn.size())));
    return {drawn.begin(), drawn.begin() + frames};
}

// Every picture of the film from `first` on is stacked, and lies where it was drawn.
void expect_stacked_from(const PlayedFilm& played, std::size_t first, const std::string& what) {
    EXPECT_EQ(played.run.reference(), first) << what << played.whys();
    for (const auto& [frame, v] : played.verdicts) {
        EXPECT_EQ(name(v.reason), name(frame < first ? v.reason : VideoReason::none)) << what << frame << v.text;
        EXPECT_EQ(v.reason == VideoReason::none, v.text.empty());
        EXPECT_EQ(v.reason == VideoReason::none, v.ref_from_frame.has_value()) << frame;
    }
}

TEST(VideoReference, OneBadPictureInTheBeginningIsOnePicture) {
    const std::vector<std::string> rest = good(20);
    const std::map<std::string, std::string> first{
        {"noise ", noise(1)}, {"another sky ", other_sky(5)}, {"a sky of another size ", other_sky(5, 400, 300)}};
    for (const auto& [what, bad] : first) {
        std::vector<std::string> film = rest;
        film.insert(film.begin(), bad);
        for (const int group : {1, 2, 6}) {
            const PlayedFilm played(film, video_options(group));
            expect_stacked_from(played, 1, what);
            EXPECT_EQ(played.stacked(), 20U) << what << played.whys();
            EXPECT_EQ(name(played.verdicts.at(0).reason),
                      what.find("size") == std::string::npos ? "no_match" : "other_size");
            EXPECT_EQ(played.run.groups().front().first, 1U);
            EXPECT_EQ(played.run.size(), (PictureSize{320, 240}));
        }
    }
}

// Of the first eight the good ones are more; one of them is enough.
TEST(VideoReference, BadPicturesThatFitEachOtherAreNotTaken) {
    const std::vector<std::string> rest = good(20);
    for (const std::size_t many : {2U, 3U}) {
        std::vector<std::string> film = rest;
        film.insert(film.begin(), many, other_sky(5));
        const PlayedFilm one(film, video_options(6), 1);
        expect_stacked_from(one, many, "alike ");
        EXPECT_EQ(one.stacked(), 20U) << one.whys();
        const PlayedFilm three(film, video_options(6), 3);
        ASSERT_NE(one.run.stack(), nullptr);
        EXPECT_TRUE(*one.run.stack() == *three.run.stack());
    }
}

TEST(VideoReference, GoodPicturesBeforeTheReferenceAreStackedToo) {
    std::vector<std::string> film = good(16);
    for (const std::size_t i : {1U, 3U}) film[i] = other_sky(5);
    film[0] = film[0].substr(0, film[0].size() / 2);
    const PlayedFilm played(film, video_options(4));
    EXPECT_EQ(played.run.reference(), 2U) << played.whys();
    EXPECT_EQ(played.stacked(), 13U) << played.whys();
}

TEST(VideoReference, BadPicturesInAnyRhythmLoseNoGoodOnes) {
    const std::vector<std::string> rest = good(24);
    for (const int every : {2, 3, 4}) {  // of so many pictures one is good, or all but one are
        for (const bool mostly_good : {true, false}) {
            std::vector<std::string> film;
            std::size_t goods = 0;
            for (std::size_t i = 0; i < rest.size(); ++i) {
                const bool first = static_cast<int>(i) % every == 0;
                goods += first == mostly_good ? 0 : 1;
                film.push_back(first == mostly_good ? other_sky(static_cast<unsigned>(i)) : rest[i]);
            }
            const PlayedFilm played(film, video_options(5));
            EXPECT_EQ(played.stacked(), goods) << every << mostly_good << played.whys();
        }
    }
}

TEST(VideoReference, ManyBadPicturesInTheBeginning) {
    std::vector<std::string> film;
    for (unsigned i = 0; i < 19; ++i) film.push_back(i % 2 == 0 ? other_sky(100 + i) : noise(100 + i));
    film[7] = "this is no picture";
    const std::vector<std::string> rest = good(16);
    film.insert(film.end(), rest.begin(), rest.end());
    const PlayedFilm played(film, video_options(1));
    EXPECT_EQ(played.stacked(), 16U) << played.whys();
    EXPECT_EQ(played.run.counts().failed, 1U);
    for (const VideoGroupReport& g : played.run.groups()) EXPECT_GE(g.first, 19U);
}

TEST(VideoReference, ThreadsChangeNothing) {
    std::vector<std::string> film = good(20);
    film.insert(film.begin(), {noise(1), noise(2), other_sky(5)});
    for (const double lucky : {100.0, 40.0}) {
        const PlayedFilm one(film, video_options(4, lucky), 1), three(film, video_options(4, lucky), 3);
        ASSERT_NE(one.run.stack(), nullptr);
        EXPECT_TRUE(*one.run.stack() == *three.run.stack());
        EXPECT_EQ(one.whys(), three.whys());
        EXPECT_EQ(one.run.reference(), three.run.reference());
        EXPECT_GE(one.run.reference().value(), 3U);
    }
}

TEST(VideoReference, AProvenOneStays) {
    std::vector<std::string> film = good(12);
    for (unsigned i = 2; i < 11; ++i) film[i] = other_sky(i);
    const PlayedFilm played(film, video_options(1));
    EXPECT_EQ(played.run.reference(), 0U);
    EXPECT_EQ(played.stacked(), 3U) << played.whys();
}

TEST(VideoReference, APictureAloneIsAStack) {
    const PlayedFilm played(good(1), video_options(1));
    EXPECT_EQ(played.stacked(), 1U);
    ASSERT_NE(played.run.stack(), nullptr);
    EXPECT_EQ(played.run.stack()->frames(), 1U);
}

// What was promised of the first size holds whatever comes.
TEST(VideoReference, LargerThanPromisedIsRefused) {
    std::vector<std::string> film = good(12);
    film.insert(film.begin(), {other_sky(5, 400, 300), noise(1)});
    film.push_back(other_sky(6, 400, 300));
    VideoOptions o = video_options(2);
    o.work_bytes = VideoRun::bytes({320, 240}, o);
    const PlayedFilm played(film, o);
    EXPECT_EQ(name(played.verdicts.at(0).reason), "no_room");
    EXPECT_EQ(played.verdicts.at(0).text.find("400x300 would need "), 0U) << played.verdicts.at(0).text;
    EXPECT_EQ(name(played.verdicts.at(14).reason), "other_size");
    EXPECT_EQ(played.stacked(), 12U) << played.whys();
    const PlayedFilm none(std::vector<std::string>(5, other_sky(5, 400, 300)), o);
    EXPECT_EQ(none.run.counts().rejected, 5U);
    EXPECT_EQ(none.run.stack(), nullptr);
}

TEST(VideoReference, LargerOnesAreNotTakenInsteadOfOneThatFits) {
    std::vector<std::string> film(10, other_sky(5, 400, 300));
    film.insert(film.begin(), noise(1));
    VideoOptions o = video_options(1);
    o.work_bytes = VideoRun::bytes({320, 240}, o);
    const PlayedFilm played(film, o);
    EXPECT_EQ(played.run.size(), (PictureSize{320, 240}));
    EXPECT_EQ(played.run.counts().reasons[static_cast<std::size_t>(VideoReason::no_room)], 10U) << played.whys();
    EXPECT_EQ(played.stacked(), 1U);
}

TEST(VideoReference, MemoryOfScenesIsCountedForEveryPictureOfABatch) {
    VideoOptions o = video_options(25);
    const std::size_t stars = VideoRun::bytes({1000, 1000}, o);
    o.align.scene = [](ImageView<const float>) -> SceneMatcher { return {}; };
    EXPECT_GE(VideoRun::bytes({1000, 1000}, o) - stars, 8U * 4000000);
}

// A stand-in for what aligns scenes: pictures lie on a reference as bright.
TEST(VideoReference, ScenesAreChangedAlike) {
    std::vector<std::string> film;
    for (int i = 0; i < 12; ++i)
        film.push_back(made_jpeg(Rgb8{320, 240, std::vector<std::uint8_t>(320 * 240 * 3, i == 0 ? 200 : 100)}));
    VideoOptions o = video_options(1);
    o.align.stars = false;
    o.align.scene = [](ImageView<const float> reference) -> SceneMatcher {
        return [level = reference(0, 0)](ImageView<const float> y, const Transform&) -> std::optional<SceneMatched> {
            if (std::abs(y(0, 0) - level) > 10) return std::nullopt;
            return SceneMatched{Transform::shift(0, 0), 0.1};
        };
    };
    const PlayedFilm played(film, o);
    expect_stacked_from(played, 1, "scene ");
    EXPECT_TRUE(played.run.by_scene());
}

}  // namespace
}  // namespace nightstack::test
