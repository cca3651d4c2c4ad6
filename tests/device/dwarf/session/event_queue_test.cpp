// SPDX-License-Identifier: MIT
#include "device/dwarf/session/event_queue.h"

#include <gtest/gtest.h>

#include <thread>

#include "device/dwarf/session/http_target.h"
#include "pipeline/core/backoff.h"
#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {
namespace {

Event push(int number, int value) { return {Event::Kind::push, {}, Message(number).set("value", value), {}}; }

std::vector<std::string> drained(EventQueue& queue) {
    std::vector<std::string> all;
    while (const auto event = queue.take(Moment{}, {})) {
        all.push_back(event->kind == Event::Kind::push ? std::to_string(event->message->interface()) + "=" +
                                                             std::to_string(*event->message->integer("value"))
                                                       : event->text);
    }
    return all;
}

TEST(EventQueue, DropsTheOldestOfTheSameNumberAndNeverLostOrBack) {
    EventQueue queue(3);
    queue.put({Event::Kind::lost, {}, {}, "lost"});
    queue.put(push(11003, 1));
    queue.put(push(10014, 1));
    queue.put(push(10014, 2));
    queue.put({Event::Kind::back, {}, {}, "back"});
    queue.put(push(10014, 3));
    queue.put(push(11011, 1));  // no older one of its number: the oldest push goes
    EXPECT_EQ(queue.dropped(), 2u);
    EXPECT_EQ(drained(queue), (std::vector<std::string>{"lost", "10014=2", "back", "10014=3", "11011=1"}));
}

TEST(EventQueue, StaysBoundedWithAnOutageEverySecond) {
    EventQueue queue(3);
    for (int i = 0; i < 10000; ++i) {
        queue.put({Event::Kind::lost, {}, {}, "lost"});
        queue.put({Event::Kind::back, {}, {}, "back"});
    }
    const auto left = drained(queue);
    EXPECT_LE(left.size(), 8193u);
    EXPECT_EQ(left.front(), "lost");
    EXPECT_EQ(left.back(), "back");
}

TEST(EventQueue, WaitsUntilATimeAStopOrTheEnd) {
    EventQueue queue;
    const auto now = [] { return std::chrono::steady_clock::now(); };
    EXPECT_FALSE(queue.take(now() + Milliseconds(5), {}));
    std::stop_source stop;
    std::thread stopper([&] { stop.request_stop(); });
    EXPECT_FALSE(queue.take(Moment::max(), stop.get_token()));
    stopper.join();
    std::thread closer([&] { queue.close(); });
    EXPECT_FALSE(queue.take(Moment::max(), {}));
    closer.join();
}

TEST(Backoff, DoublesToTheLastPauseAndIsShortenedByAFifthAtMost) {
    Backoff backoff(Milliseconds(500), Milliseconds(8000), 7);
    for (int round = 0; round < 2; ++round) {
        for (const int full : {500, 1000, 2000, 4000, 8000, 8000, 8000}) {
            const auto pause = backoff.next().count();
            EXPECT_LE(pause, full);
            EXPECT_GE(pause, full * 4 / 5 - 1);
        }
        backoff.reset();
    }
    Backoff one(Milliseconds(8000), Milliseconds(8000), 1), other(Milliseconds(8000), Milliseconds(8000), 2);
    EXPECT_NE(one.next(), other.next());
}

TEST(HttpTarget, WritesBlanksAndWhateverCouldEndTheLineAsPercent) {
    EXPECT_EQ(http_target(HttpPort::control, "/date?date=2023-09-01 21:05:00"), "/date?date=2023-09-01%2021:05:00");
    EXPECT_EQ(http_target(HttpPort::control, "/timezone?timezone=Europe/Paris"), "/timezone?timezone=Europe/Paris");
    EXPECT_EQ(http_target(HttpPort::control, "/date?date=\r\nX: y"), "/date?date=%0D%0AX:%20y");
    EXPECT_EQ(http_target(HttpPort::version, "/get_version"), "/get_version");
}

TEST(HttpTarget, NeverAsksForAnUpdate) {
    for (const char* target : {"/update", "/update?version=1.3.20", "//update", "/get_version/../update", "update",
                               "/%75pdate", "/UPDATE", "", "/"}) {
        EXPECT_THROW(http_target(HttpPort::version, target), OptionError) << target;
        EXPECT_THROW(http_target(HttpPort::control, target), OptionError) << target;
    }
    EXPECT_THROW(http_target(HttpPort::control, "/get_version"), OptionError);
    EXPECT_THROW(http_target(HttpPort::control, "/date?" + std::string(2000, 'x')), OptionError);
}

}  // namespace
}  // namespace nightstack::device::dwarf
