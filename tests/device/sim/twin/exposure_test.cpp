// SPDX-License-Identifier: MIT
// What the brain tells of each exposure, on virtual time.
#include "device/sim/twin/exposed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/device/sim/twin/player.h"

namespace nightstack::device::sim::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Kind = Exposed::Kind;

TwinOptions telling(const std::string& scenario = "") {
    TwinOptions o = options(std::string(kQuiet) + scenario);
    o.tell_exposures = true;
    return o;
}

std::string raw_text(int count, const std::string& more = "") {
    return R"({"interface":10011,"camId":0,"target":"M 31","exp":10,"gain":80,"binning":1,"count":)" +
           std::to_string(count) + R"(,"name":"DWARF_RAW_1","format":0)" + more + "}";
}

std::vector<Exposed> frames_of(Player& p, int count, const std::string& more = "") {
    EXPECT_EQ(p.code(raw_text(count, more)), 0);
    p.pass_s(11.2 * count + 1);
    return p.twin.take_exposed();
}

TEST(Exposed, RawFramesAsTheyEnd) {
    Player p(telling());
    p.track();
    EXPECT_THAT(p.twin.take_exposed(), IsEmpty());
    const auto begun = p.now;
    ASSERT_EQ(p.code(raw_text(3)), 0);
    p.pass_s(11);
    EXPECT_THAT(p.twin.take_exposed(), IsEmpty()) << "not before it is read out";
    p.pass_s(30);
    const auto frames = p.twin.take_exposed();
    ASSERT_THAT(frames, SizeIs(3));
    for (int i = 0; i < 3; ++i) {
        const Exposed& f = frames[static_cast<std::size_t>(i)];
        EXPECT_EQ(f.kind, Kind::raw);
        EXPECT_EQ(f.index, i);
        EXPECT_EQ(f.count, 3);
        EXPECT_EQ(f.last, i == 2);
        EXPECT_EQ(f.begin, std::chrono::floor<std::chrono::milliseconds>(options().switched_on) + begun + i * 11'200ms);
        EXPECT_EQ(f.session, "DWARF_RAW_1");
        EXPECT_EQ(f.target, "M 31");
        EXPECT_EQ(f.exposure_s, 10);
        EXPECT_EQ(f.gain, 80);
        EXPECT_EQ(f.binning, 1);
        EXPECT_TRUE(f.aim.tracking);
        EXPECT_NEAR(f.aim.place.altitude_deg, 50, 1);
        EXPECT_NEAR(f.aim.place.azimuth_deg, 180, 2);
        EXPECT_GT(f.aim.told.ra_deg, 0) << "the goto's";
        EXPECT_EQ(f.clock_error, -21h) << "it wakes at the beginning of that day";
        EXPECT_THAT(f.faults, IsEmpty());
        EXPECT_FALSE(f.over);
    }
    EXPECT_LT(frames[0].number, frames[1].number);
    EXPECT_LT(frames[0].aim.place.azimuth_deg, frames[2].aim.place.azimuth_deg) << "the sky has moved on";
    EXPECT_EQ(frames[0].stacked, 1);
    EXPECT_THAT(p.twin.take_exposed(), IsEmpty());
}

TEST(Exposed, OfAStandingScopeAndWithAPlaceInTheRequest) {
    Player p(telling());
    p.open();
    const auto frames = frames_of(p, 2, R"(,"RA":"09h45m51.10s","DEC":"+23°46'27.0")");
    ASSERT_THAT(frames, SizeIs(2));
    EXPECT_FALSE(frames[0].aim.tracking);
    EXPECT_EQ(frames[0].aim.place.azimuth_deg, frames[1].aim.place.azimuth_deg);
    EXPECT_NEAR(frames[0].aim.told.ra_deg, 146.4629, 1e-3);
    EXPECT_NEAR(frames[0].aim.told.dec_deg, 23.7742, 1e-3);
    EXPECT_GT(frames[0].focus, 1);
    EXPECT_GT(frames[1].sensor_c, frames[0].sensor_c) << "it warms up";
    EXPECT_NEAR(frames[0].sensor_c, 14, 3);
}

TEST(Exposed, AStoppedSessionIsOver) {
    Player p(telling());
    p.open();
    ASSERT_EQ(p.code(raw_text(5)), 0);
    p.pass_s(25);
    ASSERT_EQ(p.code(R"({"interface":10015,"camId":0})"), 0);
    p.pass_s(60);
    const auto told = p.twin.take_exposed();
    ASSERT_THAT(told, SizeIs(3));
    EXPECT_FALSE(told[1].last);
    EXPECT_TRUE(told[2].over);
    EXPECT_EQ(told[2].session, "DWARF_RAW_1");
    EXPECT_EQ(told[2].index, 2);
}

TEST(Exposed, APowerCutEndsTheSessionToo) {
    Player p(telling("[[fault]]\nname = \"reboot\"\nframe = 2\n"));
    p.open();
    const auto told = frames_of(p, 5);
    ASSERT_THAT(told, SizeIs(3));
    EXPECT_TRUE(told[2].over);
}

// It begins where the mount stands, goes on through the pauses, and what it has done stays.
TEST(Exposed, DriftCountsFromItsFirstFrame) {
    Player p(
        telling("[[fault]]\nname = \"mount.drift\"\nframe = 3\nargs = {px_s = 2}\n"
                "[[fault]]\nname = \"mount.drift\"\nframe = 4\nargs = {px_s = -1}\n"));
    p.open();
    const auto f = frames_of(p, 6);
    ASSERT_THAT(f, SizeIs(6));
    const double step_s = std::chrono::duration<double>(f[3].begin - f[2].begin).count();
    ASSERT_GE(step_s, f[2].exposure_s);
    const double expected[] = {0, 0, 0, 2 * step_s, step_s, step_s};
    for (std::size_t i = 0; i < f.size(); ++i) EXPECT_NEAR(f[i].weather.drift_px, expected[i], 0.02) << i;
    EXPECT_EQ(f[2].weather.drift_px_s, 2);
    EXPECT_EQ(f[4].weather.drift_px_s, 0);
}

TEST(Exposed, SaysWhatStruckIt) {
    Player p(
        telling("[[fault]]\nname = \"sky.cloud\"\nframe = 1\nargs = {loss = 0.8}\n"
                "[[fault]]\nname = \"sky.trail\"\nframe = 2\nargs = {trails = 3}\n"
                "[[fault]]\nname = \"sky.plane\"\nframe = 3\n"
                "[[fault]]\nname = \"mount.wind\"\nframe = 4\nargs = {px = 12.5}\n"
                "[[fault]]\nname = \"mount.drift\"\nframe = 5\nargs = {px_s = -1}\n"
                "[[fault]]\nname = \"frame.failed_mark\"\nframe = 6\n"
                "[[fault]]\nname = \"file.half\"\nframe = 7\nargs = {share = 0.25}\n"
                "[[fault]]\nname = \"file.grow\"\nframe = 8\nargs = {pieces = 4, ms = 100}\n"));
    p.open();
    const auto f = frames_of(p, 9);
    ASSERT_THAT(f, SizeIs(9));
    EXPECT_EQ(f[0].weather.cloud, 0.8);
    EXPECT_EQ(f[1].weather.satellites, 3);
    EXPECT_TRUE(f[2].weather.plane);
    EXPECT_EQ(f[3].weather.wind_px, 12.5);
    EXPECT_EQ(f[4].weather.drift_px_s, -1);
    EXPECT_TRUE(f[5].failed);
    EXPECT_EQ(f[5].stacked, f[4].stacked);
    EXPECT_EQ(f[6].writing.share, 0.25);
    EXPECT_EQ(f[6].writing.pieces, 0) << "for good";
    EXPECT_EQ(f[7].writing.pieces, 4);
    EXPECT_EQ(f[7].writing.ms, 100);
    const std::vector<std::string> names = {"sky.cloud",   "sky.trail",         "sky.plane", "mount.wind",
                                            "mount.drift", "frame.failed_mark", "file.half", "file.grow"};
    for (std::size_t i = 0; i < names.size(); ++i) EXPECT_THAT(f[i].faults, ElementsAre(names[i]));
    EXPECT_THAT(f[8].faults, IsEmpty());
    EXPECT_EQ(f[8].weather.cloud, 0);
}

// A full card takes the beginning of one more file; a card that is gone takes nothing.
TEST(Exposed, WhenTheCardIsFullOrGone) {
    for (const char* name : {"card.full", "card.removed"}) {
        Player p(telling(std::string("[[fault]]\nname = \"") + name + "\"\nframe = 2\n"));
        p.open();
        const auto told = frames_of(p, 5);
        const bool full = name == std::string("card.full");
        ASSERT_THAT(told, SizeIs(full ? 4 : 3)) << name;
        EXPECT_TRUE(told.back().over);
        EXPECT_EQ(p.twin.card_visible(), full);
        if (!full) continue;
        EXPECT_THAT(told[2].faults, ElementsAre("card.full"));
        EXPECT_EQ(told[2].index, 2);
        EXPECT_LT(told[2].writing.share, 1);
        EXPECT_EQ(told[2].writing.pieces, 0);
    }
}

TEST(Exposed, DarksPhotosFilms) {
    Player p(telling());
    p.open();
    EXPECT_EQ(p.code(R"({"interface":10026,"camId":0,"count":3,"name":"DWARF_DARK_5","binning":0,"darkGain":768,)"
                     R"("darkExposure":2})"),
              0);
    p.pass_s(3 * 3 * 2 + 1);
    const auto darks = p.twin.take_exposed();
    ASSERT_THAT(darks, SizeIs(6));
    EXPECT_EQ(darks[0].kind, Kind::dark);
    EXPECT_EQ(darks[0].gain, 80);
    EXPECT_EQ(darks[5].gain, 90);
    EXPECT_EQ(darks[5].index, 2);
    EXPECT_TRUE(darks[2].last);
    EXPECT_EQ(darks[1].session, "DWARF_DARK_5");
    EXPECT_EQ(darks[1].binning, 0);
    EXPECT_EQ(p.at("/darks/running"), false);

    EXPECT_EQ(p.code(R"({"interface":10006,"camId":0,"mode":1,"count":2,"name":"DWARF_7"})"), 0);
    p.pass_s(2);
    EXPECT_EQ(p.code(R"({"interface":10006,"camId":1,"mode":0,"name":"DWARF_8"})"), 0);
    p.pass_s(1);
    const auto photos = p.twin.take_exposed();
    ASSERT_THAT(photos, SizeIs(3));
    EXPECT_EQ(photos[1].index, 1);
    EXPECT_TRUE(photos[1].automatic);
    EXPECT_FALSE(darks[0].automatic);
    EXPECT_EQ(photos[1].session, "DWARF_7");
    EXPECT_EQ(photos[1].camera, 0);
    EXPECT_EQ(photos[2].camera, 1);

    EXPECT_EQ(p.code(R"({"interface":10007,"camId":0,"name":"DWARF_9"})"), 0);
    p.pass_s(12);
    EXPECT_EQ(p.code(R"({"interface":10009,"camId":0})"), 0);
    p.pass_s(30);
    const auto video = p.twin.take_exposed();
    ASSERT_THAT(video, SizeIs(4));
    EXPECT_EQ(video[3].kind, Kind::video);
    EXPECT_TRUE(video[3].last);

    EXPECT_EQ(p.code(R"({"interface":10018,"camId":0,"interval":2,"outTime":1,"name":"DWARF_TL_1"})"), 0);
    p.pass_s(60);
    const auto lapse = p.twin.take_exposed();
    ASSERT_THAT(lapse, SizeIs(26));
    EXPECT_EQ(lapse[0].kind, Kind::time_lapse);
    EXPECT_EQ(lapse[1].begin - lapse[0].begin, 2s);
    EXPECT_TRUE(lapse.back().last);
}

TEST(Exposed, TilesOfAPanorama) {
    Player p(telling());
    p.open();
    EXPECT_EQ(p.code(R"({"interface":10103,"row":2,"col":3,"mStep1":1,"mStep2":1,"speed1":500,"speed2":500,)"
                     R"("pulse1":200,"pulse2":100,"imgPath":"DWARF_PANORAMA_4","accelStep1":0,"accelStep2":0})"),
              0);
    p.pass_s(20);
    const auto tiles = p.twin.take_exposed();
    ASSERT_THAT(tiles, SizeIs(6));
    std::vector<std::pair<int, int>> places;
    for (const Exposed& tile : tiles) places.emplace_back(tile.row, tile.column);
    EXPECT_THAT(places, ElementsAre(std::pair(0, 0), std::pair(0, 1), std::pair(0, 2), std::pair(1, 2), std::pair(1, 1),
                                    std::pair(1, 0)));
    EXPECT_NEAR(tiles[1].aim.place.azimuth_deg - tiles[0].aim.place.azimuth_deg, 2.5, 1e-9);
    EXPECT_NEAR(tiles[0].aim.place.altitude_deg - tiles[3].aim.place.altitude_deg, 1.25, 1e-9);
    EXPECT_EQ(tiles[5].session, "DWARF_PANORAMA_4");
    EXPECT_TRUE(tiles[5].last);
}

TEST(Exposed, ACardHandedToAComputerIsNotSeen) {
    Player p(telling());
    EXPECT_TRUE(p.twin.card_visible());
    p.code(R"({"interface":11408})");
    EXPECT_FALSE(p.twin.card_visible());
    p.code(R"({"interface":11408})");
    EXPECT_TRUE(p.twin.card_visible());
}

TEST(Exposed, NothingGrowsWhenNobodyTakesThem) {
    Player deaf;
    deaf.open();
    ASSERT_EQ(deaf.code(raw_text(20)), 0);
    deaf.pass_s(300);
    EXPECT_EQ(deaf.at("/raw/taken"), 20);
    EXPECT_EQ(deaf.at("/exposures/waiting"), 0);
    EXPECT_THAT(deaf.twin.take_exposed(), IsEmpty());

    Player p(telling());
    p.open();
    for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(p.code(R"({"interface":10011,"camId":0,"exp":1,"gain":80,"binning":1,"count":500})"), 0);
        p.pass_s(1200);
    }
    EXPECT_EQ(p.at("/exposures/waiting"), 1000);
    EXPECT_EQ(p.at("/exposures/lost"), 500);
}

TEST(Exposed, WhoLooksAtAStreamChangesNothing) {
    Player p(telling("[[fault]]\nname = \"sky.cloud\"\ncount = 1\nargs = { loss = 0.3 }\n"));
    EXPECT_FALSE(p.twin.live(0, p.now)) << "closed";
    p.track();
    for (int i = 0; i < 5; ++i) {
        const auto seen = p.twin.live(0, p.now);
        ASSERT_TRUE(seen);
        EXPECT_EQ(seen->kind, Kind::sample);
        EXPECT_TRUE(seen->automatic && seen->automatic_gain && seen->aim.tracking);
        EXPECT_EQ(seen->weather.cloud, 0.3);
    }
    EXPECT_THAT(p.twin.take_exposed(), IsEmpty());
    const auto frames = frames_of(p, 1);
    ASSERT_THAT(frames, SizeIs(1));
    EXPECT_EQ(frames[0].weather.cloud, 0.3) << "its count is still there";
    EXPECT_EQ(frames[0].number, 1U);
    EXPECT_FALSE(frames[0].automatic || frames[0].automatic_gain);
    EXPECT_EQ(p.twin.live(0, p.now)->weather.cloud, 0);
}

TEST(Exposed, AStreamHeedsItsCamerasSettings) {
    Player p(telling());
    ASSERT_EQ(p.code(R"({"interface":10000,"camId":0,"binning":0})"), 0);
    ASSERT_EQ(p.code(R"({"interface":10001,"camId":0,"mode":1})"), 0);
    ASSERT_EQ(p.code(R"({"interface":10003,"camId":0,"value":0.5})"), 0);
    ASSERT_EQ(p.code(R"({"interface":10004,"camId":0,"mode":1})"), 0);
    ASSERT_EQ(p.code(R"({"interface":10005,"camId":0,"value":90})"), 0);
    ASSERT_EQ(p.code(R"({"interface":10016,"value":40})"), 0);
    const auto seen = p.twin.live(0, p.now);
    ASSERT_TRUE(seen);
    EXPECT_EQ(seen->exposure_s, 0.5);
    EXPECT_EQ(seen->gain, 90);
    EXPECT_FALSE(seen->automatic || seen->automatic_gain);
    EXPECT_FALSE(p.twin.live(1, p.now));
    EXPECT_EQ(p.twin.streams(p.now).quality, 40);
    ASSERT_EQ(p.code(R"({"interface":10020,"camId":0,"source":1})"), 0);
    EXPECT_EQ(p.twin.streams(p.now).raw_source, 1);
    EXPECT_FALSE(p.twin.streams(p.now).raw_goes_on);
}

// A client that hears a count may fetch the file.
TEST(Counts, WaitForTheirFiles) {
    TwinOptions o = options();
    o.tell_exposures = o.counts_wait = true;
    Player p(o);
    p.open();
    ASSERT_EQ(p.code(R"({"interface":10011,"camId":0,"exp":1,"gain":80,"binning":1,"count":3,"name":"DWARF_RAW_1"})"),
              0);
    p.pass_s(10);
    const std::vector<Exposed> taken = p.twin.take_exposed();
    ASSERT_EQ(taken.size(), 3U);
    EXPECT_EQ(p.codes(10014).size(), 0U) << "no file is whole";
    EXPECT_EQ(p.codes(10023).size(), 0U);
    p.twin.developed(taken[0].number, true, p.now);
    p.pass_s(1);
    ASSERT_EQ(p.codes(10014).size(), 1U);
    EXPECT_EQ(p.heard.back().interface() == 10023 || p.heard.back().integer("currentCount") == 1, true);
    p.twin.developed(taken[1].number, false, p.now);
    p.pass_s(1);
    EXPECT_EQ(p.codes(10014).size(), 1U) << "of a picture that was lost nothing is told";
    EXPECT_EQ(p.at("/raw/running"), true) << "the last file is still written";
    p.twin.developed(taken[2].number, true, p.now);
    p.twin.developed(taken[2].number, true, p.now);
    p.pass_s(1);
    EXPECT_EQ(p.codes(10014).size(), 2U);
    EXPECT_EQ(p.at("/raw/running"), false);
}

// The last word about a full card does not overtake the frames before it.
TEST(Counts, ComeBeforeTheCardsEnd) {
    TwinOptions o = options(std::string(kQuiet) + "[[fault]]\nname = \"card.full\"\nat = 2\n");
    o.tell_exposures = o.counts_wait = true;
    Player p(o);
    p.open();
    ASSERT_EQ(p.code(R"({"interface":10011,"camId":0,"exp":1,"gain":80,"binning":1,"count":9,"name":"DWARF_RAW_1"})"),
              0);
    p.pass_s(10);
    const std::vector<Exposed> taken = p.twin.take_exposed();
    ASSERT_GE(taken.size(), 2U);
    if (taken[0].faults.empty()) {
        EXPECT_EQ(p.codes(10014).size(), 0U);
        for (const Exposed& one : taken) p.twin.developed(one.number, true, p.now);
        p.pass_s(1);
    }
    ASSERT_FALSE(p.codes(10014).empty());
    EXPECT_EQ(p.codes(10014).back(), -23);
}

}  // namespace
}  // namespace nightstack::device::sim::test
