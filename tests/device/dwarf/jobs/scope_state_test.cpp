// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/scope_state.h"

#include <gtest/gtest.h>

#include "device/dwarf/protocol/requests.h"

namespace nightstack::device::dwarf::jobs {
namespace {

Moment at(int seconds) { return Moment{} + std::chrono::seconds(seconds); }

Message working(int camera, int photo, int astro) {
    Message m(10022);
    return m.set("camId", 0)
        .set("camState", camera)
        .set("photoState", photo)
        .set("recordState", 0)
        .set("astroState", astro);
}

Message count(int taken, int total) {
    return Message(10014).set("code", 0).set("totalCount", total).set("currentCount", taken);
}

TEST(ScopeState, NothingIsKnownUntilTold) {
    ScopeState state;
    EXPECT_FALSE(state.tele_camera || state.photo || state.astro || state.calibration || state.battery_percent);
    state.take(working(1, 0, 3), at(5));
    ASSERT_TRUE(state.tele_camera);
    EXPECT_EQ(state.tele_camera->value, CameraState::open);
    EXPECT_EQ(state.tele_camera->at, at(5));
    EXPECT_FALSE(state.track);  // left out
}

TEST(ScopeState, ANumberOutsideTheKnownOnesMakesUnknown) {
    ScopeState state;
    state.take(working(1, 3, 3), at(0));
    state.take(working(1, 9, 3), at(1));
    EXPECT_FALSE(state.photo);
    EXPECT_TRUE(state.tele_camera);
}

TEST(ScopeState, AClosedCameraTakesItsSettingsAndTheCorrectionAlong) {
    ScopeState state;
    state.answered(request::gain(Lens::tele, 80), Message(10005).set("code", 0), at(0));
    state.take(Message(11205).set("code", 1009), at(1));
    EXPECT_EQ(value_of(state.tele.gain), 80);
    EXPECT_EQ(value_of(state.calibration), Calibration::done);
    state.take(working(0, 0, 3), at(2));
    EXPECT_FALSE(state.tele.gain);
    EXPECT_FALSE(state.calibration);
}

TEST(ScopeState, ALossLeavesOnlyWhatLasts) {
    ScopeState state;
    state.take(working(1, 3, 1), at(0));
    state.take(count(4, 9), at(1));
    state.take(Message(11003).set("value", 55).set("code", 0), at(1));
    state.lost();
    EXPECT_FALSE(state.tele_camera || state.photo || state.astro || state.pointing);
    EXPECT_EQ(value_of(state.battery_percent), 55);
    EXPECT_EQ(value_of(state.raw)->taken, 4);
    EXPECT_EQ(value_of(state.calibration), Calibration::done);
}

TEST(ScopeState, CountsOnlyGrowAndBelongToOneCapture) {
    ScopeState state;
    state.capture_begins(20, at(0));
    for (const int taken : {1, 5, 3, 5}) state.take(count(taken, 20), at(taken));
    EXPECT_EQ(value_of(state.raw)->taken, 5);
    state.take(count(9, 10), at(9));   // another capture's
    state.take(count(21, 20), at(9));  // more than there are
    state.take(count(-1, 20), at(9));
    state.take(Message(10014), at(9));
    EXPECT_EQ(value_of(state.raw)->taken, 5);
    state.capture_begins(20, at(10));
    EXPECT_EQ(value_of(state.raw)->taken, 0);
}

TEST(ScopeState, CommandsThatSucceedTell) {
    ScopeState state;
    state.answered(request::open_camera(Lens::tele, Binning::two), Message(10000).set("code", -1), at(0));
    EXPECT_EQ(value_of(state.tele_camera), CameraState::open);
    EXPECT_FALSE(state.binning);  // open already, with what nobody knows
    state.answered(request::open_camera(Lens::tele, Binning::two), Message(10000).set("code", 0), at(1));
    EXPECT_EQ(value_of(state.binning), Binning::two);
    state.answered(request::exposure(Lens::wide, Seconds{0.5}), Message(10003).set("code", 0), at(2));
    EXPECT_EQ(value_of(state.wide.exposure), Seconds{0.5});
    state.answered(request::exposure(Lens::wide, Seconds{0.25}), Message(10003).set("code", -32), at(3));
    EXPECT_EQ(value_of(state.wide.exposure), Seconds{0.5});
    state.answered(request::gain(Lens::tele, 80), Message(10005).set("code", -2), at(4));
    EXPECT_EQ(value_of(state.tele_camera), CameraState::closed);
    state.answered(request::dark_gains(Binning::two), Message(10027).set("value", 65528).set("code", 0), at(5));
    EXPECT_EQ(state.dark_gains[1].value().value.size(), 13u);
    state.answered(request::shut_down(), Message(11004), at(6));
    EXPECT_EQ(value_of(state.shut_down), true);
}

TEST(ScopeState, AnAnswerOfAnotherNumberIsOnlyAPush) {
    ScopeState state;
    state.answered(request::take_darks({{80}, Seconds{5}, Binning::two, 5, "DWARF_DARK_1"}),
                   Message(11003).set("value", 100).set("code", 0), at(0));
    EXPECT_EQ(value_of(state.battery_percent), 100);
    state.answered(request::open_camera(Lens::tele, Binning::two), Message(11003).set("value", 99).set("code", 0),
                   at(1));
    EXPECT_FALSE(state.tele_camera);
}

TEST(ScopeState, AbsurdValuesAreNotTaken) {
    ScopeState state;
    state.take(Message(11003).set("value", 4000), at(0));
    state.take(Message(11410).set("version", std::string(10000, 'x')), at(0));
    state.take(Message(11011).set("value", 9), at(0));
    EXPECT_FALSE(state.battery_percent || state.firmware || state.charging);
}

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
