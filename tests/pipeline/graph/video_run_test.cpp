// SPDX-License-Identifier: MIT
// A film through the live stack, against what was drawn into it.
#include "pipeline/graph/video_run.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>

#include "drawn_film.h"
#include "pipeline/core/error.h"
#include "played_film.h"
#include "tests/support/jpeg/made_jpeg.h"
#include "tests/support/real_data.h"

namespace nightstack::test {
namespace {

std::vector<std::string> jpegs(const DrawnFilm& film) {
    std::vector<std::string> out;
    for (int i = 0; i < film.frames; ++i) out.push_back(film.jpeg(i));
    return out;
}

// JFIF: full range BT.601.
std::array<double, 3> yuv(const std::array<double, 3>& c) {
    const double y = 0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2];
    return {y, 128 + 0.564 * (c[2] - y), 128 + 0.713 * (c[0] - y)};
}

TEST(VideoRun, StackIsTheSkyAndLiesWhereItShould) {
    DrawnFilm film;
    film.frames = 60;
    const PlayedFilm ran(jpegs(film), video_options(6));
    EXPECT_EQ(ran.run.counts().stacked, 60U) << ran.whys();
    EXPECT_EQ(ran.run.groups().size(), 10U);
    for (const auto& [frame, v] : ran.verdicts) {
        const Transform truth = film.ref_from_frame(static_cast<int>(frame));
        for (const Point corner : {Point{20, 20}, Point{300, 220}}) {
            const Point a = truth(corner), b = (*v.ref_from_frame)(corner);
            EXPECT_LT(std::hypot(a.x - b.x, a.y - b.y), 0.2) << "frame " << frame;
        }
    }
    SerialRunner serial;
    const Rect area{40, 40, 220, 160};
    const LivePicture shown = ran.run.stack()->snapshot(area, serial);
    ASSERT_EQ(shown.planes.size(), 3U);
    std::array<double, 3> sum{}, square{};
    for (int y = 0; y < area.height; ++y) {
        for (int x = 0; x < area.width; ++x) {
            const std::array<double, 3> truth = yuv(film.truth(area.x + x, area.y + y));
            for (std::size_t p = 0; p < 3; ++p) {
                const double error = static_cast<double>(shown.planes[p].value.view()(x, y)) - truth[p];
                sum[p] += error, square[p] += error * error;
            }
        }
    }
    const double n = area.width * area.height;
    for (std::size_t p = 0; p < 3; ++p) {
        EXPECT_NEAR(sum[p] / n, 0, 0.6) << p;  // levels: rounding of JPEG, clipping at white
        EXPECT_LT(std::sqrt(square[p] / n), 2) << p;
    }
}

TEST(VideoRun, APlanesLightDisappears) {
    DrawnFilm film;
    film.frames = 48;
    film.with_light = {1, 22, 23, 47};
    const std::vector<std::string> lit = jpegs(film);
    const std::vector<int> frames = film.with_light;
    film.with_light.clear();
    PlayedFilm with(lit, video_options(4)), without(jpegs(film), video_options(4));
    EXPECT_EQ(with.run.counts().stacked, 48U) << with.whys();
    for (const int frame : frames) {
        const Point at = film.light(frame);
        const Rect around{static_cast<int>(at.x) - 8, static_cast<int>(at.y) - 8, 17, 17};
        const LivePicture a = with.picture(around), b = without.picture(around);
        double worst = 0;
        for (int y = 0; y < 17; ++y)
            for (int x = 0; x < 17; ++x)
                worst = std::max(worst, std::abs(static_cast<double>(a.planes[0].value.view()(x, y)) -
                                                 static_cast<double>(b.planes[0].value.view()(x, y))));
        EXPECT_LT(worst, 3) << "of 220 / 48 = 4.6 without rejection, frame " << frame;
        EXPECT_GT(a.planes[0].high.view()(8, 8), 0) << frame;
    }
}

// Of normal noise it is 0.2 % of so many groups. A median of differences is 0 for U and V here: 2 to 20 % went.
TEST(VideoRun, NoMoreGoodSamplesGoThanOfNormalNoise) {
    for (const int quality : {60, 90}) {
        for (const double noise : {quality == 60 ? 6.0 : 2.0}) {
            DrawnFilm film;
            film.width = 240, film.height = 160;
            film.frames = 60;
            film.turn_rad = film.dx = film.dy = 0;
            film.noise = noise;
            film.quality = quality;
            const std::vector<std::string> all = jpegs(film);
            for (const int group : {1, 5}) {
                PlayedFilm played({all.begin(), all.begin() + 12 * group}, video_options(group));
                ASSERT_EQ(played.stacked(), 12U * static_cast<unsigned>(group)) << played.whys();
                const Rect area{16, 16, 208, 128};
                const LivePicture shown = played.picture(area);
                for (std::size_t p = 0; p < 3; ++p) {
                    double out = 0;
                    for (int y = 0; y < area.height; ++y)
                        for (int x = 0; x < area.width; ++x)
                            out += shown.planes[p].low.view()(x, y) + shown.planes[p].high.view()(x, y);
                    EXPECT_LT(out / (12.0 * area.width * area.height), 0.007)
                        << "plane " << p << ", quality " << quality << ", noise " << noise << ", group " << group;
                }
            }
        }
    }
}

TEST(VideoRun, ThreadsChangeNothing) {
    DrawnFilm film;
    film.frames = 21;
    const std::vector<std::string> all = jpegs(film);
    for (const double lucky : {100.0, 40.0}) {
        VideoOptions o = video_options(5);
        o.lucky_percent = lucky;
        PlayedFilm one(all, o, 1), three(all, o, 3);
        EXPECT_TRUE(*one.run.stack() == *three.run.stack());
        EXPECT_EQ(one.run.counts().stacked, three.run.counts().stacked);
        EXPECT_EQ(one.run.canvas().pixels, three.run.canvas().pixels);
    }
}

TEST(VideoRun, LuckyKeepsTheSharpOnes) {
    DrawnFilm film;
    film.frames = 30;
    film.wobble = 0.5;
    VideoOptions o = video_options(15);
    o.lucky_percent = 60;
    const PlayedFilm ran(jpegs(film), o);
    EXPECT_EQ(ran.run.counts().stacked, 18U);
    EXPECT_EQ(ran.run.counts().dropped, 12U);
    for (const auto& [frame, v] : ran.verdicts)
        EXPECT_TRUE(frame % 3 != 2 || v.reason == VideoReason::unsharp) << frame;
}

// The lights are in pictures that are less sharp than the others of their group.
TEST(VideoRun, LuckyDoesNotLikeLights) {
    DrawnFilm film;
    film.frames = 18;
    film.wobble = 0.3;
    film.with_light = {2, 8, 14};
    const PlayedFilm played(jpegs(film), video_options(9, 60));
    for (const int lit : film.with_light)
        EXPECT_EQ(name(played.verdicts.at(static_cast<std::size_t>(lit)).reason), "unsharp") << lit;
}

TEST(VideoRun, WhatIsWrongWithAPictureIsItsVerdict) {
    DrawnFilm film;
    film.frames = 20;
    std::vector<std::string> all = jpegs(film);
    all[0] = made_jpeg(Rgb8{320, 240, std::vector<std::uint8_t>(320 * 240 * 3, 30)});  // no stars
    all[3] = all[3].substr(0, all[3].size() / 2);
    all[4] = "this is no picture";
    all[5].clear();
    film.width = 300;
    all[6] = film.jpeg(6);
    film.width = 320;
    all[7] = made_jpeg(Scene::night, 320, 240, 5);  // another field
    film.chroma_x = film.chroma_y = 0;
    all[8] = film.jpeg(8);
    const PlayedFilm ran(all, video_options(4));
    const std::map<std::size_t, VideoReason> expected{{0, VideoReason::reference},  {3, VideoReason::damaged},
                                                      {4, VideoReason::no_jpeg},    {5, VideoReason::no_jpeg},
                                                      {6, VideoReason::other_size}, {7, VideoReason::no_match},
                                                      {8, VideoReason::other_size}};
    for (const auto& [frame, v] : ran.verdicts) {
        const auto it = expected.find(frame);
        EXPECT_EQ(name(v.reason), name(it == expected.end() ? VideoReason::none : it->second)) << frame << v.text;
        EXPECT_EQ(v.text.empty(), v.reason == VideoReason::none);
    }
    EXPECT_EQ(ran.run.counts().stacked, 13U);
    EXPECT_EQ(ran.run.counts().rejected, 5U);
    EXPECT_EQ(ran.run.counts().failed, 2U);
    EXPECT_EQ(ran.run.reference(), 1U);
}

TEST(VideoRun, GrayOtherChrominanceAndSingleFrames) {
    for (const int chroma : {0, 1}) {
        DrawnFilm film;
        film.frames = 6;
        film.chroma_x = film.chroma_y = chroma;
        for (const int group : {1, 2, 25}) {
            const PlayedFilm ran(jpegs(film), video_options(group));
            EXPECT_EQ(ran.run.counts().stacked, 6U) << ran.whys();
            EXPECT_EQ(ran.run.stack()->options().planes, chroma == 0 ? 1 : 3);
        }
    }
}

TEST(VideoRun, AJumpIsFoundAgain) {
    DrawnFilm film;
    film.frames = 10;
    film.dx = 31;  // far beyond where stars are followed
    film.dy = 0;
    const PlayedFilm ran(jpegs(film), video_options(1));
    EXPECT_GE(ran.run.counts().stacked, 6U) << ran.whys();
}

TEST(VideoRun, AFilmThatDriftsFastFillsItsCanvas) {
    for (const double drift : {8.0, -8.0}) {
        DrawnFilm film;
        film.frames = 20;
        film.dx = drift;
        film.dy = film.turn_rad = 0;
        for (const double lucky : {100.0, 70.0}) {
            VideoOptions o = video_options(25);
            o.lucky_percent = lucky;
            PlayedFilm ran(jpegs(film), o);
            EXPECT_EQ(ran.run.counts().stacked + ran.run.counts().dropped, 20U) << ran.whys();
            EXPECT_GE(ran.run.groups().size(), 5U);
            const Rect all = ran.run.canvas().pixels;
            EXPECT_NEAR(all.width, 320 + 19 * 8, 2);
            const LivePicture shown = ran.picture(grown(all, -24));  // half of a group must cover a pixel
            const auto& sky = shown.planes[0];
            int empty = 0;
            for (int y = 0; y < sky.value.height(); ++y)
                for (int x = 0; x < sky.value.width(); ++x) empty += sky.coverage.view()(x, y) == 0 ? 1 : 0;
            EXPECT_EQ(empty, 0) << drift << " lucky " << lucky;
        }
    }
}

TEST(VideoRun, MemoryIsHeldAndEmptyFilmsEnd) {
    DrawnFilm film;
    film.frames = 8;
    film.dx = 30;
    VideoOptions o = video_options(1);
    LiveStackOptions stack;
    stack.planes = 3;
    o.stack_bytes = LiveStack::bytes(384, 256, stack);
    const PlayedFilm ran(jpegs(film), o);
    EXPECT_GT(ran.run.counts().reasons[static_cast<std::size_t>(VideoReason::no_room)], 0U);
    EXPECT_LE(ran.run.stack()->memory_bytes(), o.stack_bytes);
    const PlayedFilm nothing({}, o);
    EXPECT_EQ(nothing.run.stack(), nullptr);
    o.group = 0;
    SerialRunner serial;
    EXPECT_THROW(VideoRun(o, serial), OptionError);
    o = video_options(3);
    o.lucky_percent = 0;
    EXPECT_THROW(VideoRun(o, serial), OptionError);
}

// A stand-in for what aligns scenes without stars.
TEST(VideoRun, ScenesAreLaidByWhatTheCallerGives) {
    std::vector<std::string> film;
    for (unsigned i = 0; i < 10; ++i) film.push_back(made_jpeg(Scene::day, 320, 240, 7));
    VideoOptions o = video_options(5);
    o.align.stars = false;
    o.align.scene = [](ImageView<const float> reference) -> SceneMatcher {
        EXPECT_EQ(reference.width(), 320);
        return [](ImageView<const float>, const Transform& prior) {
            return SceneMatched{Transform::shift(prior.row_major()[2] + 1, 0), 0.1};
        };
    };
    const PlayedFilm ran(film, o);
    EXPECT_EQ(ran.run.counts().stacked, 10U);
    EXPECT_EQ(ran.verdicts.at(9).ref_from_frame->row_major()[2], 8);  // like the eighth's: looked for side by side
}

// One ceiling for all, where nobody knows the size of the pictures before.
TEST(VideoRun, WhatTheWorkLeavesIsTheStacks) {
    DrawnFilm film;
    film.frames = 12;
    const std::vector<std::string> pictures = jpegs(film);
    VideoOptions o = video_options(3);
    const std::size_t work = VideoRun::bytes({320, 240}, o);
    o.all_bytes = work + (std::size_t{4} << 20);
    const PlayedFilm none(pictures, o);
    EXPECT_EQ(none.run.counts().reasons[static_cast<std::size_t>(VideoReason::no_room)], 12U) << none.whys();
    EXPECT_FALSE(none.run.reference());
    o.all_bytes = work + (std::size_t{120} << 20);
    const PlayedFilm all(pictures, o);
    EXPECT_EQ(all.run.counts().stacked, 12U) << all.whys();
    EXPECT_LE(work + all.run.stack()->memory_bytes(), *o.all_bytes);
}

std::vector<std::string> files(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> names;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file()) names.push_back(entry.path());
    std::sort(names.begin(), names.end());
    std::vector<std::string> out;
    for (const auto& name : names) {
        std::ifstream in(name, std::ios::binary);
        out.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    return out;
}

TEST(VideoRun, RealPicturesOfASequenceAllStack) {
    const auto data = real_data_folder();
    if (!data || !std::filesystem::exists(*data / "ols-sim-jpeg")) GTEST_SKIP() << kNoRealData;
    const std::vector<std::string> film = files(*data / "ols-sim-jpeg");
    const PlayedFilm ran(film, video_options(3));
    EXPECT_EQ(ran.run.counts().stacked, film.size()) << ran.whys();
}

TEST(VideoRun, DamagedPicturesNeverStackAndNeverCrash) {
    const auto data = real_data_folder();
    if (!data || !std::filesystem::exists(*data / "jpeg-bad")) GTEST_SKIP() << kNoRealData;
    std::vector<std::string> film = files(*data / "jpeg-bad");
    ASSERT_GT(film.size(), 100U);
    DrawnFilm good;
    good.frames = 4;
    const std::vector<std::string> first = jpegs(good);
    film.insert(film.begin(), first.begin(), first.end());
    const PlayedFilm ran(film, video_options(4));
    EXPECT_EQ(ran.run.counts().stacked, 4U) << ran.whys();
}

}  // namespace
}  // namespace nightstack::test
