// SPDX-License-Identifier: MIT
// The card's part of a night, over a card in memory and in its own time.
#include "tools/night/scope/card_mirror.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/core/error.h"
#include "tests/io/fetch/memory_card.h"
#include "tests/support/temp_folder.h"

namespace nightstack::tools {
namespace {

namespace fs = std::filesystem;
using io::test::fits_bytes;
using io::test::kFolder;
using io::test::kNight;
using io::test::MemoryCard;
using io::test::TestTime;
using testing::ElementsAre;
using testing::HasSubstr;
using namespace std::chrono_literals;

const std::string kDarks = "DWARF_II/Astronomy/DWARF_DARK/exp_15_gain_80_bin_1/";

struct CardMirrorTest : testing::Test {
    CardMirrorTest() {
        io::test::add_session(card, kNight, 3);
        io::test::add_session(card, "DWARF_RAW_M2_EXP_5_GAIN_60_2024-02-24-22-31-52-161", 2);
        for (const char* dark : {"0000.fits", "0001.fits"}) card.files[kDarks + dark] = {fits_bytes(40, 30, 99)};
        card.files["DWARF_II/Astronomy/DWARF_DARK/exp_15_gain_60_bin_1/0000.fits"] = {fits_bytes(40, 30, 98)};
        card.files[kFolder + "stacked.jpg"] = {io::test::noise(3000, 3)};
        pick.want(kNight);
    }
    MirrorPlan plan() {
        MirrorPlan plan;
        plan.connect = card.connector();
        plan.to = temp / "frames";
        plan.reserve_bytes = 0;
        plan.away = 60s;
        plan.settings = {15.0, 80.0, 1};
        plan.clock = time.clock();
        return plan;
    }
    // Follows for so long, then looks at all once more.
    void run(CardMirror& mirror, std::chrono::milliseconds until, std::int64_t expected = 0) {
        std::stop_source stop;
        time.at(until, [&] { stop.request_stop(); });
        mirror.follow(stop.get_token());
        mirror.catch_up(expected, {});
    }
    std::vector<std::string> frames() {
        to.close();
        std::vector<std::string> names;
        while (const auto arrival = to.next({})) {
            if (arrival->kind == Arrival::Kind::notice) {
                notices += arrival->text + "\n";
                continue;
            }
            EXPECT_TRUE(fs::exists(arrival->path)) << arrival->name;
            names.push_back(arrival->name.substr(arrival->name.rfind('/') + 1));
        }
        return names;
    }
    bool here(const std::string& name) const { return fs::exists(temp / "frames" / name); }

    test::TempFolder temp;
    MemoryCard card;
    TestTime time;
    SessionPick pick;
    Arrivals to;
    std::string notices;
};

TEST_F(CardMirrorTest, EachLightIsToldOnceAndNothingElseIsFetched) {
    CardMirror mirror(plan(), pick, to);
    time.at(20s, [&] { card.files[kFolder + "0003.fits"] = {fits_bytes(40, 30, 7), 1'710'000'000}; });
    run(mirror, 40s);
    EXPECT_EQ(mirror.lights(), 4);
    EXPECT_THAT(frames(), ElementsAre("0000.fits", "0001.fits", "0002.fits", "0003.fits"));
    EXPECT_TRUE(here(kDarks + "0000.fits") && here(kDarks + "0001.fits"));
    EXPECT_THAT(notices, HasSubstr("2 dark frames for these lights are here"));
    EXPECT_FALSE(here("DWARF_II/Astronomy/DWARF_DARK/exp_15_gain_60_bin_1/0000.fits"));
    EXPECT_FALSE(here(kFolder + "stacked.jpg"));
    EXPECT_FALSE(here("DWARF_II/Astronomy/DWARF_RAW_M2_EXP_5_GAIN_60_2024-02-24-22-31-52-161"));
    EXPECT_TRUE(here(kFolder + "shotsInfo.json"));
    EXPECT_TRUE(mirror.all_taken());
}

TEST_F(CardMirrorTest, TheDarksAreHereBeforeTheFirstLightIsTold) {
    CardMirror mirror(plan(), pick, to);
    bool told_before = false;
    card.reading = [&](const std::string& path, std::uint64_t) {
        if (!path.starts_with(kDarks)) return;
        to.notice("end");  // all that waits to be taken while a dark is on its way
        while (const auto arrival = to.next({})) {
            told_before |= arrival->kind == Arrival::Kind::frame;
            if (arrival->text == "end") break;
        }
    };
    run(mirror, 20s);
    EXPECT_FALSE(told_before);
    EXPECT_TRUE(here(kDarks + "0000.fits"));
    EXPECT_EQ(frames().size(), 3U);
}

TEST_F(CardMirrorTest, WhatAnEarlierRunWasToldIsNotToldAgain) {
    {
        CardMirror first(plan(), pick, to);
        run(first, 20s);
        EXPECT_EQ(frames().size(), 3U);
    }
    Arrivals again;
    CardMirror second(plan(), pick, again);
    for (const char* name : {"0000.fits", "0002.fits"})
        second.know(kFolder + name, card.files[kFolder + name].bytes.size());
    card.files[kFolder + "0003.fits"] = {fits_bytes(40, 30, 7), 1'710'000'000};
    std::stop_source stop;
    time.at(time.now() + 20s, [&] { stop.request_stop(); });
    second.follow(stop.get_token());
    again.close();
    std::vector<std::string> names;
    while (const auto arrival = again.next({}))
        if (arrival->kind == Arrival::Kind::frame) names.push_back(arrival->name.substr(kFolder.size()));
    EXPECT_THAT(names, ElementsAre("0001.fits", "0003.fits")) << "here but never told, and new";
}

TEST_F(CardMirrorTest, AFrameThatChangesIsSaidAndNotToldAgain) {
    CardMirror mirror(plan(), pick, to);
    time.at(15s, [&] { card.files[kFolder + "0001.fits"] = {fits_bytes(44, 30, 9), 1'710'000'000}; });
    run(mirror, 40s);
    EXPECT_EQ(frames().size(), 3U);
    EXPECT_THAT(notices, HasSubstr("0001.fits has changed since it was taken"));
}

TEST_F(CardMirrorTest, ATornFrameIsSaidAndTheOthersCome) {
    card.files[kFolder + "0001.fits"].bytes.resize(3000);
    CardMirror mirror(plan(), pick, to);
    run(mirror, 30s, 3);
    EXPECT_EQ(mirror.not_had(), 1U);
    EXPECT_THAT(frames(), ElementsAre("0000.fits", "0002.fits"));
    EXPECT_THAT(notices, HasSubstr("0001.fits"));
}

TEST_F(CardMirrorTest, AScopeThatIsAwayIsWaitedForAndThenGivenUp) {
    CardMirror mirror(plan(), pick, to);
    time.at(20s, [&] { card.gone = true; });
    time.at(60s, [&] {
        card.gone = false;
        card.files[kFolder + "0003.fits"] = {fits_bytes(40, 30, 7), 1'710'000'000};
    });
    run(mirror, 90s);
    EXPECT_EQ(frames().size(), 4U);
    EXPECT_THAT(notices, HasSubstr("the scope is back"));
}

TEST_F(CardMirrorTest, AScopeThatWasNeverThereIsAnError) {
    card.gone = true;
    CardMirror mirror(plan(), pick, to);
    EXPECT_THROW(mirror.follow({}), DeviceError);
}

}  // namespace
}  // namespace nightstack::tools
