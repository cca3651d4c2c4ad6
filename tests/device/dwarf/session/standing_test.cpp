// SPDX-License-Identifier: MIT
// Waiting for a connection, and what is known of it meanwhile.
#include "device/dwarf/session/standing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "device/dwarf/session/scope.h"
#include "device/dwarf/session/signs_of_life.h"
#include "tests/device/dwarf/session/scope_server.h"

namespace nightstack::device::dwarf {
namespace {

using Kind = Obstacle::Kind;
using testing::HasSubstr;

constexpr Milliseconds kLong{8000};
constexpr int kAnyNumber = 1 << 30;

Moment soon_over() { return std::chrono::steady_clock::now() + Milliseconds(20); }
Moment far() { return std::chrono::steady_clock::now() + std::chrono::hours(1); }

TEST(Standing, AClearNoEndsTheWaitWhenItCameOftenEnough) {
    for (const Kind kind : {Kind::refused, Kind::unreachable, Kind::no_such_name}) {
        Standing standing;
        standing.failed(kind, "no");
        EXPECT_FALSE(standing.wait(far(), {}, 1));
        EXPECT_FALSE(standing.wait(soon_over(), {}, 2));
        std::thread second([&] { standing.failed(kind, "again no"); });
        EXPECT_FALSE(standing.wait(far(), {}, 2));
        second.join();
        EXPECT_EQ(standing.obstacle().times, 2);
        EXPECT_EQ(standing.obstacle().text, "again no");
    }
}

TEST(Standing, OnlyNoesOfOneKindInARowCount) {
    Standing standing;
    standing.failed(Kind::refused, "");
    standing.failed(Kind::other, "");
    standing.failed(Kind::refused, "");
    EXPECT_EQ(standing.obstacle().times, 1);
    standing.known();
    EXPECT_EQ(standing.obstacle().kind, Kind::none);
    EXPECT_TRUE(standing.wait(Moment{}, {}, 1));
    standing.failed(Kind::refused, "");
    EXPECT_EQ(standing.obstacle().times, 1);
    for (int i = 0; i < 9; ++i) standing.failed(Kind::other, "");
    const Moment until = soon_over();
    EXPECT_FALSE(standing.wait(until, {}, 1)) << "silence may end";
    EXPECT_GE(std::chrono::steady_clock::now(), until);
}

TEST(Standing, AStopTheEndAndAForeignLanguageEndTheWait) {
    Standing standing;
    std::stop_source stop;
    std::thread stopper([&] { stop.request_stop(); });
    EXPECT_FALSE(standing.wait(far(), stop.get_token(), 1));
    stopper.join();
    standing.failed(Kind::foreign, "");
    EXPECT_FALSE(standing.wait(far(), {}, kAnyNumber));
    standing.failed(Kind::other, "");
    std::thread closer([&] { standing.close(); });
    EXPECT_FALSE(standing.wait(far(), {}, kAnyNumber));
    closer.join();
}

TEST(Standing, ARefusedConnectionIsKnownAfterTwoTries) {
    int port = 0;
    {
        const MuteServer gone;
        port = gone.port();
    }
    ScopeOptions options = quick();
    options.first_pause = ScopeOptions{}.first_pause;  // as users have it
    Scope scope(at(port), options);
    const Moment begun = scope.now();
    EXPECT_FALSE(scope.wait_until_known(begun + kLong, {}, 2));
    EXPECT_LT(scope.now() - begun, Milliseconds(2000));
    EXPECT_EQ(scope.obstacle().kind, Kind::refused);
    EXPECT_THAT(scope.obstacle().text, HasSubstr("refused"));
}

TEST(Standing, ANameThatNobodyHasIsNoAddress) {
    ScopeAddress address = at(1);
    address.host = "no-such-scope.invalid";
    Scope scope(address, quick());
    EXPECT_FALSE(scope.wait_until_known(scope.now() + kLong, {}, 1));
    // Without any name server the answer may also be late.
    EXPECT_TRUE(scope.obstacle().kind == Kind::no_such_name || scope.obstacle().kind == Kind::other);
}

TEST(Standing, KnownAsSoonAsTheStateIs) {
    ScopeServer server([](int, const Message& request) { return friendly(request); });
    Scope scope(at(server.port()), quick());
    EXPECT_TRUE(scope.wait_until_known(scope.now() + kLong, {}, 1));
    EXPECT_TRUE(scope.connected());
    EXPECT_EQ(scope.obstacle().kind, Kind::none);
    server.stop_listening();
    server.cut();
    EXPECT_TRUE(soon([&] { return scope.obstacle().kind == Kind::refused; }));
}

TEST(Standing, ADestructorEndsTheWait) {
    const MuteServer mute;
    auto scope = std::make_unique<Scope>(at(mute.port()), quick());
    std::atomic<bool> waits{false};
    std::thread waiter([&, all = scope.get()] {
        waits = true;
        EXPECT_FALSE(all->wait_until_known(far(), {}, 1));
    });
    ASSERT_TRUE(soon([&] { return waits.load(); }));
    std::this_thread::sleep_for(Milliseconds(50));
    scope.reset();
    waiter.join();
}

TEST(SignsOfLife, ARequestInFlightExcusesSilenceOnceWherePingsAreNotAnswered) {
    const Moment start = Moment{} + std::chrono::hours(1);
    const auto at = [&](int s) { return start + std::chrono::seconds(s); };
    SignsOfLife signs;
    signs.heard(at(0));
    EXPECT_EQ(signs.quiet_since({}), at(0));
    EXPECT_EQ(signs.quiet_since(at(20)), at(20)) << "at work on it";
    EXPECT_EQ(signs.quiet_since(at(40)), at(20)) << "the next one has no such right";
    signs.heard(at(21));
    EXPECT_EQ(signs.quiet_since({}), at(21));
    EXPECT_EQ(signs.quiet_since(at(50)), at(50));
    signs.pong(at(30));
    EXPECT_TRUE(signs.pongs());
    EXPECT_EQ(signs.quiet_since(at(90)), at(30)) << "who answers pings needs no excuse";
}

}  // namespace
}  // namespace nightstack::device::dwarf
