// SPDX-License-Identifier: MIT
// Whole nights with the twin, on virtual time: what goes well, and each quirk of real scopes.
#include "night.h"

#include <cmath>

namespace nightstack::device::dwarf::jobs {
namespace {

using Kind = Outcome::Kind;

class WholeNight : public testing::TestWithParam<int> {};

TEST_P(WholeNight, FromColdToFramesAndBack) {
    Night night(static_cast<std::uint64_t>(GetParam()));
    const Outcome prepared = night.prepare();
    ASSERT_EQ(prepared.kind, Kind::done) << prepared.words;
    EXPECT_EQ(night.truth("tele.gain"), 80);
    EXPECT_EQ(night.truth("tele.exposure_s"), 1);
    EXPECT_LT(std::abs(night.truth("clock.error_s")), 2);
    const Outcome calibrated = night.calibrate();
    ASSERT_EQ(calibrated.kind, Kind::done) << calibrated.words;
    const Outcome there = night.go_to();
    ASSERT_EQ(there.kind, Kind::done) << there.words;
    EXPECT_EQ(night.truth("pointing.tracking"), 1);
    EXPECT_NEAR(night.truth("pointing.ra_deg"), 250.42, 0.5);
    const Outcome darks = night.darks();
    ASSERT_EQ(darks.kind, Kind::done) << darks.words << "\n" << night.story();
    const RawOutcome raw = night.raw(20);
    EXPECT_EQ(raw.outcome.kind, Kind::done) << raw.outcome.words;
    EXPECT_EQ(night.truth("raw.taken"), 20);
    EXPECT_EQ(night.truth("raw.running"), 0);
    EXPECT_EQ(night.truth("raw.in_album"), 1);
    EXPECT_EQ(night.link.sent(10011), 1);
    EXPECT_EQ(night.link.sent(10020), 1);
    const Outcome all = stop_all(night.driver);
    EXPECT_EQ(all.kind, Kind::done) << all.words;
    EXPECT_EQ(night.truth("pointing.tracking"), 0);
}

INSTANTIATE_TEST_SUITE_P(Seeds, WholeNight, testing::Range(1, 9));

TEST(Night, StopEndsACapture) {
    Night night;
    night.ready();
    night.stop_after(Milliseconds{30000});
    const RawOutcome raw = night.raw(100);
    EXPECT_EQ(raw.outcome.kind, Kind::stopped) << raw.outcome.words;
    EXPECT_EQ(night.truth("raw.running"), 0);
    EXPECT_GT(raw.counted, 0);
    EXPECT_LT(raw.counted, 20);
}

TEST(Night, StopEndsACalibration) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    night.stop_after(Milliseconds{20000});
    const Outcome outcome = night.calibrate();
    EXPECT_EQ(outcome.kind, Kind::stopped) << outcome.words;
    EXPECT_NE(night.truth("working.astroState"), 0);
}

TEST(Night, AllPushesLost) {
    Night night;
    night.ready();
    night.peer.filter([](const Message& m) {
        if (m.interface() == 10014 || m.interface() == 10023) return std::vector<Message>{};
        return std::vector{m};
    });
    const RawOutcome raw = night.raw(10);
    EXPECT_EQ(raw.outcome.kind, Kind::done) << raw.outcome.words;
    EXPECT_EQ(raw.counted, 0);
    EXPECT_EQ(night.truth("raw.taken"), 10);
}

TEST(Night, StopIgnoredForAWhile) {
    Night night;
    night.ready();
    night.fault(R"({"name":"stop.ignored","interface":10015,"count":2})");
    night.stop_after(Milliseconds{20000});
    const RawOutcome raw = night.raw(100);
    EXPECT_EQ(raw.outcome.kind, Kind::stopped) << raw.outcome.words;
    EXPECT_EQ(night.link.sent(10015), 3);
}

TEST(Night, StopIgnoredForGood) {
    Night night;
    night.ready();
    night.fault(R"({"name":"stop.ignored","interface":10015})");
    night.stop_after(Milliseconds{20000});
    const Milliseconds before = night.link.time();
    const RawOutcome raw = night.raw(100);
    EXPECT_EQ(raw.outcome.kind, Kind::failed) << raw.outcome.words;
    EXPECT_NE(raw.outcome.words.find("goes on"), std::string::npos) << raw.outcome.words;
    EXPECT_EQ(night.truth("raw.running"), 1);
    EXPECT_LT(night.link.time() - before, Milliseconds{120000});
}

TEST(Night, DarksThatExistAreAnsweredByAPowerMessage) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    const Outcome darks = night.darks({80}, Binning::two);
    EXPECT_EQ(darks.kind, Kind::done) << darks.words;
    EXPECT_NE(darks.words.find("already"), std::string::npos) << darks.words;
    EXPECT_EQ(night.link.sent(10026), 2) << "one power message alone may have come by itself";
}

TEST(Night, MissingDarksAreToldBeforeTheCapture) {
    Night night;
    night.ready();
    RawPlan plan;
    plan.raw.gain = 200;
    plan.raw.binning = Binning::two;
    plan.utc = night.utc();
    const RawOutcome raw = capture_raw(night.driver, plan);
    EXPECT_EQ(raw.outcome.kind, Kind::failed);
    EXPECT_EQ(raw.outcome.code, -41) << raw.outcome.words;
    EXPECT_EQ(night.link.sent(10011), 0);
    plan.need_darks = false;  // then the scope itself says no
    EXPECT_EQ(capture_raw(night.driver, plan).outcome.code, -64);
    EXPECT_EQ(night.link.sent(10011), 1);
}

TEST(Night, NoiseAndDuplicates) {
    for (int seed = 1; seed <= 5; ++seed) {
        Night night(static_cast<std::uint64_t>(seed));
        night.fault(R"({"name":"ws.noise_push","probability":0.7})");
        night.fault(R"({"name":"ws.dup_reply","probability":0.5})");
        night.ready();
        const RawOutcome raw = night.raw(12);
        EXPECT_EQ(raw.outcome.kind, Kind::done) << raw.outcome.words;
        EXPECT_EQ(night.truth("raw.taken"), 12);
        EXPECT_EQ(night.link.sent(10011), 1);
        EXPECT_EQ(night.darks({80}, Binning::two).kind, Kind::done);
    }
}

TEST(Night, LateAnswers) {
    for (int seed = 1; seed <= 5; ++seed) {
        Night night(static_cast<std::uint64_t>(seed));
        night.fault(R"({"name":"ws.late_reply","probability":0.3,"args":{"ms":7000}})");
        night.ready();
        const RawOutcome raw = night.raw(12);
        EXPECT_EQ(raw.outcome.kind, Kind::done) << raw.outcome.words;
        EXPECT_EQ(night.truth("raw.taken"), 12);
        EXPECT_EQ(night.link.sent(10011), 1);
    }
}

// A doubled or late answer that nobody waits for is older than what is known.
TEST(Night, AWorkingStateUnaskedChangesNothing) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    night.peer.filter([](const Message& m) {
        if (m.interface() != 11205 || m.integer("code") != 1009) return std::vector{m};
        return std::vector{m, Message(10022).set("camId", 0).set("camState", 0).set("photoState", 3)};
    });
    ASSERT_EQ(night.calibrate().kind, Kind::done);
    night.driver.rest(Milliseconds{1000});
    EXPECT_EQ(value_of(night.state.calibration), Calibration::done);
    EXPECT_EQ(value_of(night.state.tele.gain), 80);
    EXPECT_EQ(night.go_to().kind, Kind::done);
}

TEST(Night, GotoIsRefusedBeforeACalibrationIsKnown) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    const Outcome refused = night.go_to();
    EXPECT_EQ(refused.code, -19) << refused.words;
    EXPECT_EQ(night.link.sent(11203), 0);
    const Outcome by_scope = go_to(night.driver, {kTarget, kSite, night.utc(), true});
    EXPECT_EQ(by_scope.code, -19) << by_scope.words;
    EXPECT_EQ(night.link.sent(11203), 1);
}

TEST(Night, GotoBelowTheHorizonFailuresAndASecondTarget) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    ASSERT_EQ(night.calibrate().kind, Kind::done);
    const Target south{"Acrux", Equatorial{186.65, -63.1}};
    EXPECT_EQ(go_to(night.driver, {south, kSite, night.utc()}).code, -45);
    night.fault(R"({"name":"goto.fail","count":1})");
    EXPECT_EQ(night.go_to().code, -18);
    EXPECT_EQ(night.go_to().kind, Kind::done);
    const Target other{"M 57", Equatorial{283.4, 33.03}};
    const Outcome second = go_to(night.driver, {other, kSite, night.utc()});
    EXPECT_EQ(second.kind, Kind::done) << second.words;
    EXPECT_NEAR(night.truth("pointing.ra_deg"), 283.4, 0.5);
}

TEST(Night, CalibrationThatFails) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    night.fault(R"({"name":"goto.fail","interface":11205,"count":1,"args":{"code":-46}})");
    EXPECT_EQ(night.calibrate().code, -46);
    EXPECT_EQ(night.go_to().code, -19);
    EXPECT_EQ(night.calibrate().kind, Kind::done);
    EXPECT_EQ(night.go_to().kind, Kind::done);
}

TEST(Night, CalibrationWhoseEndIsNotTold) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    night.peer.filter([](const Message& m) {
        if (m.interface() == 11205 && m.integer("code") == 1009) return std::vector<Message>{};
        return std::vector{m};
    });
    const Outcome outcome = night.calibrate();
    EXPECT_EQ(outcome.kind, Kind::unknown) << outcome.words;
    EXPECT_EQ(go_to(night.driver, {kTarget, kSite, night.utc(), true}).kind, Kind::done);
}

TEST(Night, ClockInDoubtIsAskedAbout) {
    Night night;
    Preparation plan;
    plan.zone = "Europe/Berlin";
    plan.clock = {night.utc(), night.utc() + std::chrono::hours(1), {}, ""};
    EXPECT_EQ(prepare(night.driver, plan).kind, Kind::failed);
    std::string question;
    plan.ask = [&](const std::string& text) {
        question = text;
        return false;
    };
    EXPECT_EQ(prepare(night.driver, plan).kind, Kind::failed);
    EXPECT_NE(question.find("earlier than this program was built"), std::string::npos) << question;
    EXPECT_EQ(night.truth("clock.set"), 0);
    plan.ask = [](const std::string&) { return true; };
    EXPECT_EQ(prepare(night.driver, plan).kind, Kind::done);
    EXPECT_EQ(night.truth("clock.set"), 1);
}

TEST(Night, Panorama) {
    Night night;
    night.ready();
    ASSERT_EQ(stop_all(night.driver).kind, Kind::done);
    request::Panorama grid;
    grid.spin = {64, 5000, 200, 20};
    grid.pitch = {64, 5000, 200, 20};
    const Outcome first = panorama(night.driver, {grid, night.utc()});
    EXPECT_EQ(first.kind, Kind::done) << first.words;
    EXPECT_EQ(night.truth("sessions.panoramas"), 1);
    night.stop_after(Milliseconds{8000});
    const Outcome second = panorama(night.driver, {grid, night.utc()});
    EXPECT_EQ(second.kind, Kind::stopped) << second.words;
    EXPECT_EQ(night.truth("panorama.running"), 0);
    EXPECT_EQ(night.link.sent(10103), 2);
}

TEST(Night, TrackingTellsBoxesUntilStopped) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    int boxes = 0;
    night.stop_after(Milliseconds{15000});
    const Outcome outcome = track(night.driver, {900, 500, 100, 80}, [&](const Box&) { ++boxes; });
    EXPECT_EQ(outcome.kind, Kind::stopped) << outcome.words;
    EXPECT_GT(boxes, 20);
    EXPECT_NE(night.truth("working.trackState"), 3);
}

TEST(Night, StopAllEndsWhatRuns) {
    Night night;
    night.ready();
    night.stop_after(Milliseconds{20000});
    night.fault(R"({"name":"stop.ignored","interface":10015,"for_s":120})");
    EXPECT_EQ(night.raw(500).outcome.kind, Kind::failed);
    night.driver.rest_on(Milliseconds{90000});
    const Outcome outcome = stop_all(night.driver);
    EXPECT_EQ(outcome.kind, Kind::done) << outcome.words;
    EXPECT_EQ(night.truth("raw.running"), 0) << outcome.words;
    EXPECT_EQ(night.truth("pointing.tracking"), 0);
    EXPECT_EQ(stop_all(night.driver).words, "nothing was running");
}

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
