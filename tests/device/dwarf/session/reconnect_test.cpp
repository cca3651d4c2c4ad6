// SPDX-License-Identifier: MIT
// Connections that end at any moment: the order on the wire after a reconnect, no capture sent
// twice, and a long run with flat memory and file descriptors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <thread>

#include "device/dwarf/protocol/json.h"
#include "device/dwarf/session/scope.h"
#include "tests/device/dwarf/session/scope_server.h"
#include "tests/support/own_memory.h"
#include "tests/support/soak.h"

namespace nightstack::device::dwarf {
namespace {

using Fate = Reply::Fate;
constexpr Milliseconds kLong{8000};

// Numbers in the order of the wire, by connection.
std::map<int, std::vector<int>> wire(const ScopeServer& server) {
    std::map<int, std::vector<int>> by_connection;
    for (const Seen& seen : server.seen()) by_connection[seen.connection].push_back(seen.message.interface());
    return by_connection;
}

TEST(Reconnect, AsksTheStateBeforeAnyCommandLeaves) {
    for (const bool system_answers : {true, false}) {
        ScopeServer server([&](int connection, const Message& request) -> Acts {
            if (request.interface() == 11407 && !system_answers && connection > 0) return {};
            if (request.interface() == 10022) return {text(code(request, 0), 30)};  // commands pile up meanwhile
            return friendly(request);
        });
        ScopeOptions options = quick();
        options.query = Milliseconds(150);
        Scope scope(at(server.port()), options);
        EXPECT_EQ(scope.ask(request(11003), kLong).fate, Fate::answered);
        server.cut();
        // Else the capture may still go into the dying connection, and its fate is rightly unknown.
        ASSERT_TRUE(soon([&] { return !scope.connected() || scope.counters().connections == 2; }));
        EXPECT_EQ(scope.ask(capture("DWARF_RAW_20230901210500"), kLong).fate, Fate::answered);
        auto by_connection = wire(server);
        EXPECT_THAT(by_connection[0], testing::ElementsAre(10215, 10022, 11407, 11003));
        if (system_answers)
            EXPECT_THAT(by_connection[1], testing::ElementsAre(10022, 11407, 10011));
        else
            EXPECT_THAT(by_connection[1], testing::ElementsAre(10022, 11407, 10215, 10011));

        // The answers to the state's questions come before `back`.
        std::vector<std::string> order;
        while (const auto event = scope.next_event(scope.now() + Milliseconds(50), {})) {
            order.push_back(event->kind == Event::Kind::push   ? std::to_string(event->message->interface())
                            : event->kind == Event::Kind::lost ? "lost"
                                                               : "back");
        }
        if (system_answers)
            EXPECT_THAT(order, testing::ElementsAre("10215", "10022", "11407", "lost", "10022", "11407", "back"));
        else
            EXPECT_THAT(order, testing::ElementsAre("10215", "10022", "11407", "lost", "10022", "10215", "back"));
    }
}

TEST(Reconnect, AScopeThatAnswersNoQuestionAboutItsStateIsNotBack) {
    std::atomic<bool> mute{false};
    ScopeServer server([&](int, const Message& request) { return mute ? Acts{} : friendly(request); });
    ScopeOptions options = quick();
    options.query = Milliseconds(50);
    Scope scope(at(server.port()), options);
    ASSERT_TRUE(soon([&] { return scope.connected(); }));
    mute = true;
    server.cut();
    ASSERT_TRUE(soon([&] { return !scope.connected(); }));
    EXPECT_EQ(scope.ask(capture("DWARF_RAW_20230901210500"), Milliseconds(500)).fate, Fate::unsent);
    EXPECT_FALSE(scope.connected());
    mute = false;
    EXPECT_EQ(scope.ask(request(11003), kLong).fate, Fate::answered);
    for (const Seen& seen : server.seen()) EXPECT_NE(seen.message.interface(), 10011);
}

// One night of a bad network: captures are asked for, connections end before, between and after
// everything. Each fate must be true and no capture may come twice.
void bad_network(unsigned seed) {
    std::mt19937 server_dice(seed);
    ScopeServer server([&](int, const Message& request) -> Acts {
        const auto roll = server_dice() % 12;
        if (roll == 0) return {{Act::Do::cut, "", {}}};
        if (roll == 1) return {text(code(request, 0)), {Act::Do::cut, "", {}}};
        if (roll == 2) return {{Act::Do::cut, "", Milliseconds(server_dice() % 10)}};
        if (roll == 3) return {{Act::Do::close, "", {}}};
        if (roll == 4) return {text(code(request, 0)), text(code(request, 0))};
        if (roll == 5 && !is_state_query(request)) return {};
        return friendly(request);
    });
    ScopeOptions options = quick();
    options.first_pause = Milliseconds(1);
    options.last_pause = Milliseconds(5);
    options.query = Milliseconds(100);
    options.seed = seed;
    std::map<std::string, Fate> fates;
    {
        Scope scope(at(server.port()), options);
        std::jthread cutter([&](const std::stop_token& stop) {
            std::mt19937 dice(seed + 1000);
            while (!stop.stop_requested()) {
                std::this_thread::sleep_for(std::chrono::microseconds(dice() % 20000));
                server.cut();
            }
        });
        for (int i = 0; i < 12; ++i) {
            const std::string name = "DWARF_RAW_2023090121" + std::to_string(1000 + i);
            fates[name] = scope.ask(capture(name), Milliseconds(150)).fate;
            scope.ask(request(11405), Milliseconds(50));
        }
    }
    std::map<std::string, int> came;
    for (const Seen& seen : server.seen()) {
        if (seen.message.interface() == 10011) ++came[seen.message.text("name").value_or("?")];
    }
    for (const auto& [name, fate] : fates) {
        EXPECT_LE(came[name], 1) << name << " seed " << seed;
        EXPECT_TRUE(fate != Fate::answered || came[name] == 1) << name << " seed " << seed;
        EXPECT_TRUE(fate != Fate::unsent || came[name] == 0) << name << " seed " << seed;
    }
}

TEST(Reconnect, ACaptureIsNeverSentTwice) {
    const int seeds = test::soaked(20);
    for (int seed = 0; seed < seeds; ++seed) {
        bad_network(static_cast<unsigned>(seed));
        if (HasFailure()) break;
    }
}

std::size_t open_files() {
    const std::filesystem::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

long resident_pages() {
    long total = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> total >> resident;
    return resident;
}

// Rounds of 50 commands and one cut; nobody fetches the events.
TEST(Reconnect, LongRunsStayFlat) {
    const int rounds = test::sanitized() ? 60 : test::soaked(200);
    ScopeServer server([](int, const Message& request) {
        return Acts{text(R"({"interface":10014,"currentCount":1})"), text(code(request, 0))};
    });
    ScopeOptions options = quick();
    options.first_pause = Milliseconds(1);
    options.last_pause = Milliseconds(1);
    Scope scope(at(server.port()), options);
    std::size_t files = 0;
    long pages = 0;
    int answered = 0;
    for (int round = 0; round < rounds; ++round) {
        for (int i = 0; i < 50; ++i) answered += scope.ask(request(11003), kLong).fate == Fate::answered;
        server.cut();
        ASSERT_TRUE(soon([&] { return scope.counters().connections == static_cast<unsigned>(round) + 2; }));
        server.forget();
        if (round == rounds / 4) files = open_files();
        if (round == rounds / 4) pages = resident_pages();
    }
    EXPECT_EQ(answered, rounds * 50);
    EXPECT_EQ(server.most_at_once(), 1);
    EXPECT_LE(open_files(), files + 2);
    EXPECT_TRUE(test::sanitized() || (resident_pages() - pages) * 4096 <= 2 << 20)
        << "bytes grown in three quarters of the run";
    EXPECT_GT(scope.counters().dropped_events, 0u);
}

}  // namespace
}  // namespace nightstack::device::dwarf
