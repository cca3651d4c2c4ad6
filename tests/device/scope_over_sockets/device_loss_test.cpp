// SPDX-License-Identifier: MIT
// "Scope gone: known within 5 s, resumed within 10 s of its return without a human, no command sent twice", measured on
// the steady clock with the options that users have. The scope goes in the middle of a capture of RAW frames.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "device/dwarf/jobs/capture_raw.h"
#include "device/dwarf/protocol/requests.h"
#include "tests/device/scope_over_sockets/link_clock.h"
#include "tests/device/scope_over_sockets/tunnel.h"
#include "tests/device/scope_over_sockets/twin_on_sockets.h"

namespace nightstack::device::test {
namespace {

using namespace dwarf;
using namespace std::chrono_literals;
using Kind = jobs::Outcome::Kind;
using Time = std::chrono::steady_clock;
using testing::HasSubstr;

constexpr double kSpeed = 20;  // a frame of 1 s takes 2.2 s of the twin's, 0.11 s of ours

std::string seconds_of_twin(Milliseconds real) {
    return std::to_string(std::chrono::duration<double>(real).count() * kSpeed);
}

void record(const char* what, Time::duration time) {
    testing::Test::RecordProperty(
        what, static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(time).count()));
}

// Lost and back when promised; `returned` is the moment from which the scope may be reached again.
void expect_in_time(LinkClock& clock, Time::time_point gone, Time::time_point returned) {
    const auto lost = clock.lost();
    ASSERT_TRUE(lost) << "never known to be lost";
    const auto back = clock.back();
    ASSERT_TRUE(back) << "never back";
    EXPECT_LE(*lost - gone, kKnown);
    EXPECT_LE(*back - returned, kResumed);
    record("known_ms", *lost - gone);
    record("resumed_ms", *back - returned);
}

// A capture that runs in a thread of its own while the scope goes.
class Capturing {
public:
    explicit Capturing(int frames) : frames_(frames) {}
    ~Capturing() { stop_.request_stop(); }

    void begin() {
        const Reply open = scope_.ask(request::open_camera(Lens::tele, Binning::two), 10s);
        ASSERT_TRUE(open.message && open.message->integer("code") == 0);
        capture_ = std::async(std::launch::async, [this] {
            jobs::RawPlan plan;
            plan.raw.exposure = Seconds{1};
            plan.raw.binning = Binning::two;
            plan.raw.count = frames_;
            plan.utc = kEvening;
            return jobs::capture_raw(driver_, plan);
        });
    }
    void begin_and_wait_for_frames() {
        begin();
        if (testing::Test::HasFatalFailure()) return;
        ASSERT_TRUE(twin.reaches("raw.taken", 3));
    }
    jobs::RawOutcome end() {
        jobs::RawOutcome raw = capture_.get();
        std::string story = raw.outcome.words;
        for (const std::string& words : said_) story += "\n  " + words;
        raw.outcome.words = story;
        return raw;
    }
    void expect_all_taken(const jobs::RawOutcome& raw) const {
        EXPECT_EQ(raw.outcome.kind, Kind::done) << raw.outcome.words;
        EXPECT_EQ(twin.truth("raw.taken"), frames_) << raw.outcome.words;
        EXPECT_EQ(twin.truth("raw.running"), 0);
        expect_sent_once(raw);
    }
    void expect_sent_once(const jobs::RawOutcome& raw) const {
        EXPECT_EQ(twin.received(10011), 1) << raw.outcome.words;
        EXPECT_EQ(twin.truth("sessions.raw_frames"), twin.truth("raw.taken")) << "one capture only";
    }

    TwinOnSockets twin{kSpeed};
    Tunnel tunnel{twin.ws_port()};
    LinkClock clock;

private:
    ScopeAddress address() const {
        ScopeAddress address = twin.address();
        address.ws_port = tunnel.port();
        return address;
    }

    const int frames_;
    std::vector<std::string> said_;  // of the capture's thread until it ends
    Scope scope_{address(), ScopeOptions{}, clock.tap()};
    jobs::ScopeState state_;
    std::stop_source stop_;
    jobs::Driver driver_{scope_, state_, stop_.get_token(),
                         [this](const jobs::Progress& p) { said_.push_back(p.words); }};
    std::future<jobs::RawOutcome> capture_;
};

// The access point goes: connections end, new ones are not taken.
TEST(DeviceLossOverSockets, AccessPointAwayForTwoSeconds) {
    Capturing night(50);
    night.begin_and_wait_for_frames();
    if (HasFatalFailure()) return;
    const auto gone = Time::now();
    night.twin.fault(R"({"name":"net.drop","for_s":)" + seconds_of_twin(2s) + "}");
    expect_in_time(night.clock, gone, gone + 2s);
    night.expect_all_taken(night.end());
    EXPECT_EQ(night.clock.losses(), 1U);
}

// Out of reach: no packet comes through any more, nor does the news that the connection is gone.
TEST(DeviceLossOverSockets, SilentForFiveAndAHalfSeconds) {
    Capturing night(80);
    night.begin_and_wait_for_frames();
    if (HasFatalFailure()) return;
    const auto gone = night.tunnel.fall_silent();
    std::this_thread::sleep_until(gone + 5500ms);
    const auto returned = night.tunnel.speak_again();
    expect_in_time(night.clock, gone, returned);
    night.expect_all_taken(night.end());
}

TEST(DeviceLossOverSockets, RestartInMidCapture) {
    Capturing night(200);
    night.begin_and_wait_for_frames();
    if (HasFatalFailure()) return;
    const auto gone = Time::now();
    night.twin.fault(R"({"name":"reboot","for_s":)" + seconds_of_twin(2s) + "}");
    expect_in_time(night.clock, gone, gone + 2s);
    const jobs::RawOutcome raw = night.end();
    EXPECT_NE(raw.outcome.kind, Kind::done) << raw.outcome.words;
    EXPECT_THAT(raw.outcome.words, HasSubstr("the scope restarted"));
    EXPECT_EQ(night.twin.truth("boots"), 2);
    EXPECT_EQ(night.twin.truth("raw.running"), 0);
    EXPECT_EQ(night.twin.received(10011), 1) << raw.outcome.words;
}

TEST(DeviceLossOverSockets, ClosedWithoutACloseFrame) {
    Capturing night(25);
    night.begin_and_wait_for_frames();
    if (HasFatalFailure()) return;
    const auto gone = Time::now();
    night.twin.fault(R"({"name":"ws.close","args":{"how":"drop"}})");
    expect_in_time(night.clock, gone, gone);
    night.expect_all_taken(night.end());
}

// The scope has the command and nobody has its answer.
TEST(DeviceLossOverSockets, ClosedBeforeTheCaptureIsAnswered) {
    Capturing night(20);
    night.twin.fault(R"({"name":"ws.close","interface":10011,"args":{"how":"drop"}})");
    night.begin();
    if (HasFatalFailure()) return;
    const jobs::RawOutcome raw = night.end();
    EXPECT_EQ(night.clock.losses(), 1U);
    night.expect_all_taken(raw);
}

// It returns just when the session has begun its longest pause between two tries.
TEST(DeviceLossOverSockets, ReturnsAtTheWorstMoment) {
    ASSERT_EQ(ScopeOptions{}.last_pause, 8s) << "the fifth pause is no longer the longest: wait for a later one";
    const TwinOnSockets twin(kSpeed);
    Tunnel tunnel(twin.ws_port());
    ScopeAddress address = twin.address();
    address.ws_port = tunnel.port();
    LinkClock clock;
    Scope scope(address, ScopeOptions{}, clock.tap());
    ASSERT_TRUE(scope.ask(request::working_state(), 10s).message);
    const auto gone = tunnel.cut();
    ASSERT_TRUE(clock.ended(4)) << "after pauses of 0.5, 1, 2 and 4 s";
    const auto returned = tunnel.speak_again();
    expect_in_time(clock, gone, returned);
    EXPECT_EQ(clock.losses(), 1U) << "told once";
    EXPECT_TRUE(scope.ask(request::working_state(), 5s).message);
}

// Whoever accepts and says nothing is no scope, from the first try on.
TEST(DeviceLossOverSockets, NobodySpeaksFromTheBeginning) {
    const TwinOnSockets twin(kSpeed);
    Tunnel tunnel(twin.ws_port());
    tunnel.fall_silent();
    ScopeAddress address = twin.address();
    address.ws_port = tunnel.port();
    LinkClock clock;
    const auto begun = Time::now();
    const Scope scope(address, ScopeOptions{}, clock.tap());
    ASSERT_TRUE(clock.lost());
    expect_in_time(clock, begun, tunnel.speak_again());
    EXPECT_TRUE(scope.connected());
}

}  // namespace
}  // namespace nightstack::device::test
