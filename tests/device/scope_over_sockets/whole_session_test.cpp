// SPDX-License-Identifier: MIT
// A whole session as a user has it: the jobs, the session with its default options, sockets, the twin's servers. What
// the jobs say is held against what the twin knows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "device/dwarf/jobs/calibrate.h"
#include "device/dwarf/jobs/capture_darks.h"
#include "device/dwarf/jobs/capture_raw.h"
#include "device/dwarf/jobs/go_to.h"
#include "device/dwarf/jobs/prepare.h"
#include "device/dwarf/jobs/stop_all.h"
#include "tests/device/scope_over_sockets/link_clock.h"
#include "tests/device/scope_over_sockets/twin_on_sockets.h"

namespace nightstack::device::test {
namespace {

using namespace dwarf;
using jobs::Outcome;
using Kind = jobs::Outcome::Kind;

constexpr int kFrames = 20;
constexpr double kQuick = 200;

class WholeSession : public testing::Test {
protected:
    void SetUp() override {
        prepare();
        if (!HasFatalFailure()) aim();
    }

    // At the speed of a real scope: its clock is set here.
    void prepare() {
        jobs::Preparation plan;
        plan.clock.now = twin_.utc();
        plan.clock.built = plan.clock.now + std::chrono::hours(1);  // so the clock is in doubt
        plan.zone = "Europe/Berlin";
        plan.ask = [this](const std::string& text) {
            question_ = text;
            return true;
        };
        const Outcome prepared = jobs::prepare(driver_, plan);
        ASSERT_EQ(prepared.kind, Kind::done) << prepared.words;
        EXPECT_THAT(question_, testing::HasSubstr("earlier than this program was built"));
        EXPECT_EQ(twin_.truth("clock.set"), 1);
        EXPECT_LT(std::abs(twin_.truth("clock.error_s")), 2);
        EXPECT_EQ(twin_.truth("tele.open"), 1);
        EXPECT_EQ(twin_.truth("tele.gain"), 80);
        EXPECT_EQ(twin_.truth("tele.exposure_s"), 1);
    }

    void aim() {
        twin_.set_speed(kQuick);
        const Outcome calibrated = jobs::calibrate(driver_, {kSite, twin_.utc()});
        ASSERT_EQ(calibrated.kind, Kind::done) << calibrated.words;
        EXPECT_EQ(twin_.truth("astro.calibrated"), 1);
        const Target target{"M 13", Equatorial{250.42, 36.46}};
        const Outcome there = jobs::go_to(driver_, {target, kSite, twin_.utc()});
        ASSERT_EQ(there.kind, Kind::done) << there.words;
        EXPECT_EQ(twin_.truth("pointing.tracking"), 1);
        EXPECT_NEAR(twin_.truth("pointing.ra_deg"), 250.42, 0.5);
        EXPECT_NEAR(twin_.truth("pointing.dec_deg"), 36.46, 0.5);
    }

    TwinOnSockets twin_{1};
    LinkClock clock_;
    Scope scope_{twin_.address(), ScopeOptions{}, clock_.tap()};
    jobs::ScopeState state_;
    std::stop_source stop_;
    jobs::Driver driver_{scope_, state_, stop_.get_token(), {}};
    std::string question_;
};

TEST_F(WholeSession, FromColdToFramesAndBack) {
    jobs::DarkPlan lid_on;
    lid_on.darks.gains = {200};  // which no scope has from the factory
    lid_on.darks.exposure = Seconds{5};
    lid_on.darks.binning = Binning::two;
    lid_on.darks.count = 5;
    lid_on.utc = twin_.utc();
    const double sets = twin_.truth("darks.sets");
    const Outcome darks = jobs::capture_darks(driver_, lid_on);
    ASSERT_EQ(darks.kind, Kind::done) << darks.words;
    EXPECT_EQ(twin_.truth("darks.sets"), sets + 1);
    EXPECT_EQ(twin_.truth("sessions.darks"), 1);

    jobs::RawPlan plan;  // that only those darks make possible
    plan.raw.gain = 200;
    plan.raw.exposure = Seconds{5};
    plan.raw.binning = Binning::two;
    plan.raw.count = kFrames;
    plan.raw.target = "M 13";
    plan.utc = twin_.utc();
    const jobs::RawOutcome raw = jobs::capture_raw(driver_, plan);
    EXPECT_EQ(raw.outcome.kind, Kind::done) << raw.outcome.words;
    EXPECT_EQ(twin_.truth("raw.taken"), kFrames);
    EXPECT_EQ(twin_.truth("sessions.raw_frames"), kFrames);
    EXPECT_EQ(twin_.truth("raw.running"), 0);
    EXPECT_EQ(twin_.truth("raw.in_album"), 1);
    EXPECT_LE(raw.counted, kFrames);
    EXPECT_GT(raw.stacked, 0);

    const Outcome all = jobs::stop_all(driver_);
    EXPECT_EQ(all.kind, Kind::done) << all.words;
    EXPECT_EQ(twin_.truth("pointing.tracking"), 0);
    for (const int once : {10000, 11205, 11203, 10026, 10011}) EXPECT_EQ(twin_.received(once), 1) << once;
    EXPECT_EQ(scope_.counters().connections, 1U);
    EXPECT_EQ(scope_.counters().bad_frames, 0U);
    EXPECT_EQ(clock_.losses(), 0U);
}

}  // namespace
}  // namespace nightstack::device::test
