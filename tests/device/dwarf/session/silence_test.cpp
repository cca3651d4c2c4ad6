// SPDX-License-Identifier: MIT
// Scopes that say nothing for long, and a thread of ours that does not get on.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>

#include "device/dwarf/session/scope.h"
#include "tests/device/dwarf/session/scope_server.h"

namespace nightstack::device::dwarf {
namespace {

using Fate = Reply::Fate;

constexpr Milliseconds kLong{8000};

ScopeOptions impatient() {
    ScopeOptions options = quick();
    options.silence = Milliseconds(800);
    return options;
}

TEST(Silence, AScopeAtWorkThatAnswersNoPingsIsNotLost) {
    ScopeServer server(
        [](int, const Message& request) {
            return request.interface() == 10031 ? Acts{text(code(request, 0), 1800)} : friendly(request);
        },
        Pings::ignored);
    Scope scope(at(server.port()), impatient());
    EXPECT_EQ(scope.ask(request(10031), kLong).fate, Fate::answered);
    std::this_thread::sleep_for(Milliseconds(1200));  // idle: asked instead of pinged
    EXPECT_TRUE(scope.connected());
    EXPECT_EQ(scope.counters().connections, 1u);
    EXPECT_GT(server.pings(), 0);
}

TEST(Silence, ADeadScopeThatAnsweredNoPingsIsLostAfterOneRequest) {
    ScopeServer server(
        [](int connection, const Message& request) {
            if (connection == 0 && !is_state_query(request)) return Acts{{Act::Do::stall, "", {}}};
            return friendly(request);
        },
        Pings::ignored);
    Scope scope(at(server.port()), impatient());
    EXPECT_EQ(scope.ask(request(10031), Milliseconds(600)).fate, Fate::unknown);
    const Moment begun = scope.now();
    // This one could have its answer for long, but nothing has come since the last: a new connection.
    EXPECT_EQ(scope.ask(Message(11003), kLong).fate, Fate::answered);
    EXPECT_LT(scope.now() - begun, Milliseconds(3000));
    EXPECT_EQ(scope.counters().connections, 2u);
}

// The tap holds the thread for longer than the destructor waits: whoever waits for an answer is let go all the same.
TEST(Silence, AHeldThreadKeepsNobodyForEver) {
    ScopeServer server([](int, const Message& request) {
        return is_state_query(request) ? friendly(request) : Acts{{Act::Do::stall, "", {}}};
    });
    const auto scope = std::make_shared<std::unique_ptr<Scope>>(
        std::make_unique<Scope>(at(server.port()), quick(), [](const WireRecord& record) {
            if (record.way == WireRecord::Way::sent && record.bytes.find("11405") != std::string::npos)
                std::this_thread::sleep_for(Milliseconds(1300));
        }));
    ASSERT_TRUE(soon([&] { return (*scope)->connected(); }));
    const auto reply = std::make_shared<std::promise<Fate>>();
    const auto gone = std::make_shared<std::promise<void>>();
    std::future<Fate> fate = reply->get_future();
    std::future<void> end = gone->get_future();
    // Detached: when they hang, the test fails instead of hanging too.
    std::thread([scope, reply] {
        reply->set_value((*scope)->ask(request(11405), std::chrono::hours(1)).fate);
    }).detach();
    std::this_thread::sleep_for(Milliseconds(200));
    std::thread([scope, gone] {
        scope->reset();
        gone->set_value();
    }).detach();
    ASSERT_EQ(fate.wait_for(kLong), std::future_status::ready);
    EXPECT_EQ(fate.get(), Fate::unknown);
    ASSERT_EQ(end.wait_for(kLong), std::future_status::ready);
}

// As above, but held only while the first of two is told of the end.
TEST(Silence, AHeldThreadKeepsNobodyWhoWaitsForHttp) {
    const HttpStub silent("");
    ScopeServer server([](int, const Message& request) { return friendly(request); });
    ScopeAddress address = at(server.port());
    address.http_port = silent.port();
    const auto held = std::make_shared<std::atomic<bool>>(false);
    const auto scope = std::make_shared<std::unique_ptr<Scope>>(
        std::make_unique<Scope>(address, quick(), [held](const WireRecord& record) {
            if (record.bytes.starts_with("HTTP: ") && !held->exchange(true))
                std::this_thread::sleep_for(Milliseconds(1300));
        }));
    const auto gone = std::make_shared<std::promise<void>>();
    std::future<void> end = gone->get_future();
    for (int i = 0; i < 2; ++i)
        std::thread([scope, &all = **scope] {
            all.get(HttpPort::control, "/date?date=", std::chrono::hours(1));
        }).detach();
    ASSERT_TRUE(soon([&] { return silent.lines().size() == 2; }));
    std::thread([scope, gone] {
        scope->reset();
        gone->set_value();
    }).detach();
    ASSERT_EQ(end.wait_for(kLong), std::future_status::ready);
    EXPECT_TRUE(held->load());
}

TEST(Silence, AnAskEndsThoughTheThreadIsHeld) {
    ScopeServer server([](int, const Message& request) {
        return is_state_query(request) ? friendly(request) : Acts{{Act::Do::stall, "", {}}};
    });
    Scope scope(at(server.port()), quick(), [](const WireRecord& record) {
        if (record.way == WireRecord::Way::sent && record.bytes.find("11405") != std::string::npos)
            std::this_thread::sleep_for(Milliseconds(2500));
    });
    ASSERT_TRUE(soon([&] { return scope.connected(); }));
    const Moment begun = scope.now();
    EXPECT_EQ(scope.ask(request(11405), Milliseconds(100)).fate, Fate::unknown);
    EXPECT_LT(scope.now() - begun, Milliseconds(2000));
}

TEST(Silence, AnEmptyDateIsAskedForNowAndThen) {
    ScopeServer server([](int, const Message& request) { return friendly(request); });
    const HttpStub stub("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");  // the result is no matter
    ScopeAddress address = at(server.port());
    address.http_port = stub.port();
    ScopeOptions options = quick();
    {
        options.keep_alive = Milliseconds(50);
        Scope scope(address, options);
        EXPECT_TRUE(soon([&] { return stub.lines().size() >= 3; }));
        EXPECT_TRUE(scope.connected());
    }
    for (const std::string& line : stub.lines()) EXPECT_EQ(line, "GET /date?date= HTTP/1.1");
    EXPECT_EQ(ScopeOptions{}.keep_alive, std::chrono::seconds(90));
}

TEST(Silence, NoDateIsAskedForWithoutAConnectionOrWhenOff) {
    const HttpStub stub("HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"result\":0}");
    ScopeServer server([](int, const Message& request) { return friendly(request); });
    const MuteServer mute;
    for (const int port : {server.port(), mute.port()}) {
        ScopeAddress address = at(port);
        address.http_port = stub.port();
        ScopeOptions options = quick();
        options.keep_alive = Milliseconds(port == mute.port() ? 20 : 0);
        const Scope scope(address, options);
        std::this_thread::sleep_for(Milliseconds(150));
    }
    EXPECT_TRUE(stub.lines().empty());
}

}  // namespace
}  // namespace nightstack::device::dwarf
