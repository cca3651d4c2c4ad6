// SPDX-License-Identifier: MIT
// The twin says nothing though it lives: to everybody, or to one request.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "device/dwarf/jobs/begin.h"
#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/requests.h"
#include "tests/device/scope_over_sockets/link_clock.h"
#include "tests/device/scope_over_sockets/twin_on_sockets.h"

namespace nightstack::device::test {
namespace {

using namespace dwarf;
using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr double kSpeed = 20;

// It carries out what it gets and answers pings, but no word comes any more.
TEST(MuteScopeOverSockets, IsLostAndBackWhenItSpeaksAgain) {
    const TwinOnSockets twin(kSpeed);
    ScopeOptions options;
    options.mute_proof = 400ms;
    options.query = 400ms;
    LinkClock clock;
    Scope scope(twin.address(), options, clock.tap());
    ASSERT_TRUE(scope.ask(request::working_state(), 10s).message);
    Subscription events = scope.subscribe();
    twin.fault(R"({"name":"ws.silent","for_s":60})");  // 3 s of ours
    for (int i = 0; i < 3; ++i) EXPECT_EQ(scope.ask(request::card_size(), 250ms).fate, Reply::Fate::unknown);
    const auto lost = events.next(scope.now() + 5s, {});
    ASSERT_TRUE(lost);
    EXPECT_EQ(lost->kind, Event::Kind::lost);
    EXPECT_THAT(lost->text, HasSubstr("the scope answers pings but no commands"));
    // Not the working state: asked in the last of the silence, it may still owe that answer to the session.
    EXPECT_TRUE(scope.ask(request::card_size(), 20s).message) << "it goes on by itself";
    ASSERT_TRUE(clock.back());
    EXPECT_EQ(clock.losses(), 1U);
}

// A job's stop arrives while somebody else's request is still unanswered.
TEST(MuteScopeOverSockets, AStopReachesItPastARequestWithoutAnAnswer) {
    const TwinOnSockets twin(kSpeed);
    Scope scope(twin.address(), ScopeOptions{});
    ASSERT_TRUE(scope.ask(request::open_camera(Lens::tele, Binning::two), 10s).message);
    request::Raw raw;
    raw.exposure = Seconds{1};
    raw.binning = Binning::two;
    raw.count = 900;
    raw.name = name_for(NameKind::raw, kEvening);
    ASSERT_TRUE(scope.ask(request::take_raw(raw), 10s).message);
    ASSERT_TRUE(twin.reaches("raw.taken", 1));
    twin.fault(R"({"name":"ws.late_reply","interface":11405,"args":{"ms":60000}})");  // 3 s of ours
    auto late = std::async(std::launch::async, [&] { return scope.ask(request::card_size(), 20s).fate; });
    while (twin.received(11405) == 0) std::this_thread::sleep_for(5ms);

    jobs::ScopeState state;
    jobs::Driver driver(scope, state, {}, {});
    auto end = std::async(std::launch::async, [&] {
        return jobs::end(driver, request::stop_raw(), "the capture",
                         [](const jobs::ScopeState& s) { return jobs::takes_photos_as(s, PhotoState::raw); });
    });
    while (twin.truth("raw.running") != 0 && late.wait_for(0s) != std::future_status::ready)
        std::this_thread::sleep_for(5ms);
    EXPECT_EQ(twin.truth("raw.running"), 0);
    EXPECT_NE(late.wait_for(0s), std::future_status::ready) << "the stop came only after the answer";
    EXPECT_EQ(late.get(), Reply::Fate::answered);
    EXPECT_EQ(end.get().kind, jobs::Outcome::Kind::stopped);
}

}  // namespace
}  // namespace nightstack::device::test
