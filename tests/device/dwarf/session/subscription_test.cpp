// SPDX-License-Identifier: MIT
// Several listeners to one scope.
#include "device/dwarf/session/subscription.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "device/dwarf/session/event_fan.h"
#include "device/dwarf/session/scope.h"
#include "tests/device/dwarf/session/scope_server.h"

namespace nightstack::device::dwarf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Event push(int value) { return {Event::Kind::push, {}, Message(10014).set("currentCount", value), {}}; }

std::vector<int> drained(Subscription& listener) {
    std::vector<int> all;
    while (const auto event = listener.next(Moment{}, {})) {
        const bool pushed = event->kind == Event::Kind::push;
        all.push_back(pushed ? static_cast<int>(*event->message->integer("currentCount")) : -1);
    }
    return all;
}

TEST(Subscription, EachHearsAllFromItsBeginningOn) {
    EventFan fan;
    Subscription first(fan.add(10));
    fan.put(push(1));
    Subscription second(fan.add(10));
    fan.put(push(2));
    EXPECT_THAT(drained(second), ElementsAre(2));
    EXPECT_THAT(drained(first), ElementsAre(1, 2));
}

TEST(Subscription, WhoIsSlowLosesOnlyItsOwn) {
    EventFan fan;
    Subscription slow(fan.add(3)), quick(fan.add(3));
    for (int i = 0; i < 50; ++i) {
        fan.put(push(i));
        EXPECT_THAT(drained(quick), ElementsAre(i));
    }
    fan.put({Event::Kind::lost, {}, {}, "gone"});
    EXPECT_EQ(quick.dropped(), 0u);
    EXPECT_EQ(slow.dropped(), 47u);
    EXPECT_THAT(drained(slow), ElementsAre(47, 48, 49, -1));
}

TEST(Subscription, LettingGoLeavesNothingBehind) {
    EventFan fan;
    for (int i = 0; i < 100; ++i) {
        Subscription one(fan.add(10));
        Subscription moved(std::move(one));
        EXPECT_FALSE(one.next(Moment::max(), {}));  // NOLINT(bugprone-use-after-move): it must not crash or wait
        Subscription other(fan.add(10));
        other = std::move(moved);
        EXPECT_EQ(fan.size(), 1u);
        fan.put(push(i));
        EXPECT_THAT(drained(other), ElementsAre(i));
    }
    EXPECT_EQ(fan.size(), 0u);
}

TEST(Subscription, MayGoWhileAThreadWaitsInIt) {
    EventFan fan;
    for (int i = 0; i < 20; ++i) {
        auto listener = std::make_unique<Subscription>(fan.add(10));
        std::atomic<int> heard{0};
        std::thread waiter([&, all = listener.get()] {
            EXPECT_TRUE(all->next(Moment::max(), {}));
            heard = 1;
            EXPECT_FALSE(all->next(Moment::max(), {}));
        });
        fan.put(push(1));
        ASSERT_TRUE(soon([&] { return heard.load() == 1; }));
        std::this_thread::sleep_for(Milliseconds(3));  // it waits by now
        listener.reset();
        waiter.join();
    }
}

TEST(Subscription, ListenersComeAndGoWhileEventsFlow) {
    EventFan fan;
    std::jthread source([&](const std::stop_token& stop) {
        for (int i = 0; !stop.stop_requested(); ++i) fan.put(push(i));
    });
    std::vector<std::jthread> listeners;
    for (int thread = 0; thread < 3; ++thread) {
        listeners.emplace_back([&] {
            for (int i = 0; i < 30; ++i) {
                Subscription listener(fan.add(5));
                int last = -1;
                for (int n = 0; n < 10; ++n) {
                    const auto event = listener.next(Moment::max(), {});
                    ASSERT_TRUE(event);
                    const int value = static_cast<int>(*event->message->integer("currentCount"));
                    EXPECT_GT(value, last);
                    last = value;
                }
            }
        });
    }
}

TEST(Subscription, OfAScopeBesideTheOneThatEveryScopeHas) {
    ScopeServer server([](int, const Message& request) { return friendly(request); });
    auto scope = std::make_unique<Scope>(at(server.port()), quick());
    Subscription listener = scope->subscribe();
    Subscription lazy = scope->subscribe(1);
    ASSERT_TRUE(soon([&] { return scope->connected(); }));
    const auto next = [](auto&& take) {
        std::optional<Event> event;
        do {
            event = take(std::chrono::steady_clock::now() + Milliseconds(5000));
        } while (event && event->message && event->message->interface() != 10014);
        return event;
    };
    const auto told = [&] { return next([&](Moment until) { return listener.next(until, {}); }); };
    server.push(R"({"interface":10014,"currentCount":7})");
    const auto push_here = told();
    ASSERT_TRUE(push_here && push_here->message);
    const auto push_there = next([&](Moment until) { return scope->next_event(until, {}); });
    ASSERT_TRUE(push_there && push_there->message) << "taken by the one, still there for the other";
    server.cut();
    const auto lost = told(), back = told();
    ASSERT_TRUE(lost && back);
    EXPECT_EQ(lost->kind, Event::Kind::lost);
    EXPECT_EQ(back->kind, Event::Kind::back);
    EXPECT_GT(lazy.dropped(), 0u);
    EXPECT_EQ(scope->counters().dropped_events, 0u) << "not its";
    EXPECT_FALSE(listener.ended());

    std::thread waiter([&] {
        while (listener.next(Moment::max(), {})) {
        }
    });
    scope.reset();
    waiter.join();
    EXPECT_TRUE(listener.ended());
    EXPECT_FALSE(listener.next(Moment::max(), {}));
    while (const auto left = lazy.next(Moment::max(), {})) EXPECT_TRUE(left->message || !left->text.empty());
}

}  // namespace
}  // namespace nightstack::device::dwarf
