// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "io/fetch/fetcher.h"
#include "tests/io/fetch/memory_card.h"
#include "tests/support/temp_folder.h"

namespace nightstack::io::test {
namespace {

using nightstack::test::TempFolder;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

const std::string kOld = "DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-18-21-04-26-954";
const std::string kNew = "DWARF_II/Astronomy/DWARF_RAW_M2_EXP_5_GAIN_60_2024-02-24-22-31-52-161/";
constexpr int kFrames = 6;

struct FollowTest : testing::Test {
    // Frames every 5 s from 7 s on, each in two halves 300 ms apart, with the scope's account of them.
    void plan_capture() {
        for (int i = 0; i < kFrames; ++i) {
            const auto when = 7s + 5s * i;
            const std::string name = kNew + "000" + std::to_string(i) + ".fits";
            const std::string bytes = fits_bytes(200, 100, static_cast<unsigned>(i + 50));
            const std::int64_t stamp = 1'710'000'000 + 5 * i;
            time.at(when, [=, this] { card.files[name] = {bytes.substr(0, 20'000), stamp}; });
            time.at(when + 300ms, [=, this] {
                card.files[name] = {bytes, stamp};
                whole[name] = time.now();
                card.files[kNew + "shotsInfo.json"] = {shots_info(i + 1, kFrames), stamp};
            });
        }
    }
    FetchResult follow(const FollowEnd& end) {
        options.to = temp / "mirror";
        options.reserve_bytes = 0;
        FetchWatcher watcher = told.watcher();
        watcher.file = [this](const FileOutcome& f) {
            told.files.push_back(f);
            if (!here.contains(f.name)) here[f.name] = time.now();
        };
        return Fetcher(card.connector(), options, watcher, time.clock()).follow(end, {});
    }

    TempFolder temp;
    MemoryCard card;
    TestTime time;
    FetchOptions options;
    Told told;
    std::map<std::string, milliseconds> whole, here;
};

TEST_F(FollowTest, FramesComeWhenTheyAreWholeAndItEndsWithTheCapture) {
    add_session(card, kOld, 3);
    plan_capture();
    const FetchResult result = follow({});
    EXPECT_EQ(result.ending, FetchResult::Ending::done) << result.why;
    EXPECT_EQ(result.failed, 0U);
    EXPECT_EQ(result.fresh, card.files.size());
    const auto found = everything_below(temp / "mirror");
    for (const auto& [name, file] : card.files) EXPECT_EQ(found.at(name), file.bytes) << name;
    bool first = true;  // of a new folder: found by the walk or the listing above it
    for (const auto& [name, when] : whole) {
        EXPECT_LE((here[name] - when).count(), first ? 5'500 : 600) << name;
        first = false;
    }
    EXPECT_GE(time.now(), 7s + 5s * (kFrames - 1) + 10s);
    EXPECT_LE(time.now(), 60s);
}

// Its answer may change while the card is followed; sessions that nobody wants are not looked at again and again.
TEST_F(FollowTest, WhatIsWantedMayChange) {
    for (int night = 10; night < 30; ++night)
        add_session(card, "DWARF_RAW_M1_EXP_15_GAIN_80_2024-01-" + std::to_string(night) + "-21-04-26-954", 2);
    plan_capture();
    bool now = false;
    time.at(20s, [&] { now = true; });
    options.wanted = [&](const CardFile& file) { return now && file.remote.starts_with(kNew); };
    std::stop_source stop;
    time.at(60s, [&] { stop.request_stop(); });
    options.to = temp / "mirror";
    options.reserve_bytes = 0;
    FollowEnd end;
    end.never = true;
    Fetcher(card.connector(), options, told.watcher(), time.clock()).follow(end, stop.get_token());
    EXPECT_EQ(told.files.empty(), false);
    for (const FileOutcome& file : told.files) EXPECT_TRUE(file.name.starts_with(kNew)) << file.name;
    EXPECT_NE(told.find(kNew + "0000.fits"), nullptr) << "also what was there before";
    EXPECT_NE(told.find(kNew + "0005.fits"), nullptr);
    // Twelve walks of 60 s over 20 folders and more, and 240 turns that look at no more than two folders.
    EXPECT_LT(card.listings, 12 * 70 + 240 * 2 + 100);
}

// As nginx lists: shotsInfo.json is written anew within the minute, with as many bytes.
TEST_F(FollowTest, ListingsToTheMinuteHideNoEnd) {
    card.rough_times = true;
    plan_capture();
    FollowEnd end;
    time.at(200s, [&] { card.removed = true; });  // so that it ends if it would not
    const FetchResult result = follow(end);
    EXPECT_EQ(result.ending, FetchResult::Ending::done) << result.why;
    EXPECT_LE(time.now(), 60s);
    const auto found = everything_below(temp / "mirror");
    for (const auto& [name, file] : card.files) EXPECT_EQ(found.at(name), file.bytes) << name;
}

TEST_F(FollowTest, APhotoBesideTheSessionDoesNotKeepItFromEnding) {
    plan_capture();
    time.at(36s, [&] { card.files["DWARF_II/Normal_Photos/DWARF_1.jpg"] = {"jpeg"}; });
    time.at(200s, [&] { card.removed = true; });
    const FetchResult result = follow({});
    EXPECT_EQ(result.ending, FetchResult::Ending::done) << result.why;
    EXPECT_LE(time.now(), 60s);
    EXPECT_EQ(result.fresh, card.files.size());
}

TEST_F(FollowTest, ListingsAreAtMostAQuarterOfASecondApart) {
    add_session(card, kOld, 3);
    FollowEnd end;
    end.after = 20s;
    follow(end);
    EXPECT_GE(card.listings, 80);
    EXPECT_LE(time.now(), 21s);
}

TEST_F(FollowTest, EndsByFramesOrByQuiet) {
    plan_capture();
    FollowEnd frames;
    frames.frames = 2;
    follow(frames);
    EXPECT_LE(time.now(), 20s);
    FollowEnd quiet;
    quiet.quiet = 20s;
    const FetchResult rest = follow(quiet);
    EXPECT_EQ(rest.failed, 0U);
    EXPECT_GE(time.now(), 7s + 5s * (kFrames - 1) + 20s);
}

// A capture that is stopped early, with the scope gone in the middle.
TEST_F(FollowTest, AScopeThatGoesAndComesLosesNothing) {
    plan_capture();
    time.at(13s, [&] { card.gone = true; });
    time.at(43s, [&] { card.gone = false; });
    FollowEnd quiet;
    quiet.quiet = 35s;
    const FetchResult result = follow(quiet);
    EXPECT_EQ(result.ending, FetchResult::Ending::done) << result.why;
    EXPECT_EQ(result.fresh + result.resumed, card.files.size());
}

TEST_F(FollowTest, ASessionThatIsOverAlreadyEndsAtOnceWhenItIsNamed) {
    add_session(card, kOld, 3);
    options.session = kOld;
    EXPECT_EQ(follow({}).fresh, card.files.size());
    EXPECT_LE(time.now(), 15s);
}

TEST_F(FollowTest, MemoryStaysWhenACaptureIsLong) {
    options.entries = 50;
    for (int i = 0; i < 100; ++i) card.files[kNew + std::to_string(i) + ".jpg"] = {"x"};
    FollowEnd end;
    end.after = 10s;
    const FetchResult result = follow(end);
    EXPECT_LE(result.fresh, 50U);
    EXPECT_THAT(told.notices, testing::Contains(testing::HasSubstr("not all of the card")));
}

}  // namespace
}  // namespace nightstack::io::test
