// SPDX-License-Identifier: MIT
// Scopes that answer pings and nothing else, and those that only look like it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "device/dwarf/session/scope.h"
#include "tests/device/dwarf/session/scope_server.h"

namespace nightstack::device::dwarf {
namespace {

using testing::HasSubstr;
using Fate = Reply::Fate;

constexpr Milliseconds kLong{8000};
constexpr Milliseconds kShort{150};

ScopeOptions soon_mute() {
    ScopeOptions options = quick();
    options.mute_proof = Milliseconds(300);
    options.query = Milliseconds(200);
    return options;
}

// The next lost or back.
std::optional<Event> turn(Scope& scope, Milliseconds within) {
    const Moment until = scope.now() + within;
    while (auto event = scope.next_event(until, {}))
        if (event->kind != Event::Kind::push) return event;
    return {};
}

TEST(Mute, AScopeThatOnlyAnswersPingsIsLostAndComesBackWhenItSpeaks) {
    std::atomic<bool> mute{false};
    ScopeServer server([&](int, const Message& request) { return mute ? Acts{} : friendly(request); });
    Scope scope(at(server.port()), soon_mute());
    ASSERT_EQ(scope.ask(Message(11405), kLong).fate, Fate::answered);
    mute = true;
    server.forget();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(scope.ask(Message(11405), kShort).fate, Fate::unknown);
    const auto lost = turn(scope, kLong);
    ASSERT_TRUE(lost);
    EXPECT_EQ(lost->kind, Event::Kind::lost);
    EXPECT_THAT(lost->text, HasSubstr("the scope answers pings but no commands"));
    ASSERT_GE(server.seen().size(), 4u);
    EXPECT_EQ(server.seen()[3].message.interface(), 10022) << "asked to be sure";
    // A caller meanwhile waits for the next connection and gets its answer there.
    std::thread healer([&] {
        std::this_thread::sleep_for(Milliseconds(400));
        mute = false;
    });
    EXPECT_EQ(scope.ask(Message(11003), kLong).fate, Fate::answered);
    healer.join();
    const auto back = turn(scope, kLong);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->kind, Event::Kind::back);
    EXPECT_GT(server.pings(), 0);
}

TEST(Mute, OneAnswerToTheQuestionAboutTheStateProvesIt) {
    ScopeServer server(
        [&](int, const Message& request) { return is_state_query(request) ? friendly(request) : Acts{}; });
    Scope scope(at(server.port()), soon_mute());
    ASSERT_TRUE(soon([&] { return scope.connected(); }));
    server.forget();
    for (int i = 0; i < 4; ++i) EXPECT_EQ(scope.ask(Message(11405), kShort).fate, Fate::unknown);
    EXPECT_FALSE(turn(scope, Milliseconds(500)));
    EXPECT_EQ(scope.counters().connections, 1u);
    int probes = 0;
    for (const Seen& seen : server.seen()) probes += seen.message.interface() == 10022;
    EXPECT_EQ(probes, 1);
}

TEST(Mute, APushProvesItToo) {
    std::atomic<bool> mute{false};
    ScopeServer server([&](int, const Message& request) { return mute ? Acts{} : friendly(request); });
    Scope scope(at(server.port()), soon_mute());
    ASSERT_TRUE(soon([&] { return scope.connected(); }));
    mute = true;
    for (int i = 0; i < 6; ++i) {
        EXPECT_EQ(scope.ask(Message(11405), kShort).fate, Fate::unknown);
        if (i % 2 == 1) server.push(R"({"interface":11003,"value":50,"code":0})");
    }
    EXPECT_FALSE(turn(scope, Milliseconds(500)));
}

// A real scope may ignore a stop, and says nothing to some others.
TEST(Mute, StopsAndWhatIsNeverAnsweredProveNothing) {
    ScopeServer server(
        [&](int, const Message& request) { return is_state_query(request) ? friendly(request) : Acts{}; });
    Scope scope(at(server.port()), soon_mute());
    ASSERT_TRUE(soon([&] { return scope.connected(); }));
    server.forget();
    for (const int stop : {10015, 11204, 11202, 10015, 11204, 12345, 12345, 12345})
        EXPECT_EQ(scope.ask(request(stop), kShort).fate, Fate::unknown) << stop;
    std::this_thread::sleep_for(Milliseconds(100));
    for (const Seen& seen : server.seen()) EXPECT_NE(seen.message.interface(), 10022);
    EXPECT_TRUE(scope.connected());
}

// Autofocus among stars takes 20 s, an answer may be as late as its caller waits.
TEST(Mute, LongWorkOnOneRequestIsNoSilence) {
    ScopeServer server([&](int, const Message& request) {
        return request.interface() == 10031 ? Acts{text(code(request, 0), 2500)} : friendly(request);
    });
    ScopeOptions options = soon_mute();
    options.silence = Milliseconds(6000);  // this server answers no ping while it works
    Scope scope(at(server.port()), options);
    EXPECT_EQ(scope.ask(request(10031), kLong).fate, Fate::answered);
    EXPECT_EQ(scope.counters().connections, 1u);
}

TEST(Mute, CanBeSwitchedOff) {
    ScopeServer server(
        [&](int, const Message& request) { return is_state_query(request) ? friendly(request) : Acts{}; });
    ScopeOptions options = soon_mute();
    options.mute_requests = 0;
    Scope scope(at(server.port()), options);
    ASSERT_TRUE(soon([&] { return scope.connected(); }));
    server.forget();
    for (int i = 0; i < 5; ++i) EXPECT_EQ(scope.ask(Message(11405), kShort).fate, Fate::unknown);
    for (const Seen& seen : server.seen()) EXPECT_EQ(seen.message.interface(), 11405);
}

TEST(Mute, AStopDoesNotWaitForTheAnswerToAnother) {
    ScopeServer server(
        [&](int, const Message& request) { return request.interface() == 10031 ? Acts{} : friendly(request); });
    Scope scope(at(server.port()), soon_mute());
    ASSERT_TRUE(soon([&] { return scope.connected(); }));
    auto focus = std::async(std::launch::async, [&] { return scope.ask(request(10031), Milliseconds(1500)).fate; });
    ASSERT_TRUE(soon([&] { return !server.seen().empty() && server.seen().back().message.interface() == 10031; }));
    EXPECT_EQ(scope.ask(request(10015), Milliseconds(1000)).fate, Fate::answered);
    EXPECT_EQ(focus.wait_for(Milliseconds(0)), std::future_status::timeout);
    EXPECT_EQ(focus.get(), Fate::unknown);
}

}  // namespace
}  // namespace nightstack::device::dwarf
