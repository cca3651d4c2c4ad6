// SPDX-License-Identifier: MIT
// The twin's clock and its pump, on a real time that the test makes.
#include "device/sim/servers/pump.h"

#include <gmock/gmock.h>

#include <limits>
#include <numeric>

#include "pipeline/core/error.h"
#include "tests/device/sim/servers/fake_device.h"

namespace nightstack::device::sim {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr RealTime kStart{};

TEST(TwinClock, IsRealTimeTimesSpeed) {
    TwinClock clock(2, kStart + 1s);
    EXPECT_EQ(clock.now(kStart + 1s), 0ms);
    EXPECT_EQ(clock.now(kStart), 0ms) << "not before zero";
    EXPECT_EQ(clock.now(kStart + 2s), 2000ms);
    clock.set_speed(0.5, kStart + 2s);
    EXPECT_EQ(clock.now(kStart + 4s), 3000ms);
    clock.set_speed(0, kStart + 4s);
    EXPECT_EQ(clock.now(kStart + 400s), 3000ms);
    clock.set_speed(1, kStart + 400s);
    EXPECT_EQ(clock.now(kStart + 401s), 4000ms);
}

TEST(TwinClock, WhenIsNotTooEarlyAtAnySpeed) {
    for (const double speed : {0.01, 0.3, 1.0, 7.0, 333.3, 100'000.0}) {
        const TwinClock clock(speed, kStart);
        for (const SimTime at : {1ms, 17ms, 999ms, 86'400'000ms}) {
            EXPECT_GE(clock.now(clock.when(at)), at) << speed;
            EXPECT_LE(clock.now(clock.when(at) - 3us), at) << speed;
        }
    }
    EXPECT_GT(TwinClock(0, kStart).when(1ms), kStart + 1000h);
    EXPECT_GT(TwinClock(0.01, kStart).when(SimTime::max()), kStart + 1000h);
}

TEST(TwinClock, HoldingBackIsCounted) {
    TwinClock clock(10, kStart);
    clock.hold_back(4000ms, kStart + 1s);
    EXPECT_EQ(clock.now(kStart + 1s), 4000ms);
    EXPECT_EQ(clock.lost(), 6000ms);
    EXPECT_EQ(clock.now(kStart + 2s), 14'000ms);
}

TEST(TwinClock, RefusesSpeedsThatAreNone) {
    for (const double speed : {-1.0, 100'001.0, std::numeric_limits<double>::quiet_NaN()})
        EXPECT_THROW(TwinClock(speed, kStart), OptionError) << speed;
}

// A pump whose machine takes `cost` of real time for each look at the clock.
class Machine {
public:
    explicit Machine(double speed)
        : pump(
              device, speed, [this] { return real += cost; },
              [this](const Outgoing& out) { said.push_back(out.bytes); },
              [this](const Slowed& slowed) { slow.push_back(slowed); }) {}

    RealTime real = kStart;
    RealTime::duration cost{0};
    test::FakeDevice device;
    std::vector<std::string> said;
    std::vector<Slowed> slow;
    Pump pump;
};

TEST(Pump, HandsTheTimeInTheOrderOfWhatIsDue) {
    Machine m(10);
    m.device.schedule(30ms, {0, Outgoing::What::text, "second"});
    m.device.schedule(10ms, {0, Outgoing::What::text, "first"});
    m.device.schedule(5000ms, {0, Outgoing::What::text, "third"});
    EXPECT_EQ(m.pump.run(), kStart + 1ms + 1us);
    EXPECT_THAT(m.said, IsEmpty());
    m.real = kStart + 50ms;
    const auto next = m.pump.run();
    EXPECT_THAT(m.said, ElementsAre("first", "second"));
    EXPECT_THAT(m.device.handed(), ElementsAre(0ms, 10ms, 30ms, 500ms)) << "each at its own time, then now";
    EXPECT_EQ(m.pump.now(), 500ms);
    m.real = *next;
    EXPECT_EQ(m.pump.run(), std::nullopt);
    EXPECT_THAT(m.said, SizeIs(3));
    EXPECT_THAT(m.slow, IsEmpty());
}

// The machine slept for a minute: the twin goes on where it was, and says what it lost.
TEST(Pump, WhoComesLateHoldsTheClockBack) {
    Machine m(1);
    m.device.schedule(1000ms, {0, Outgoing::What::text, "a"});
    m.device.schedule(2000ms, {0, Outgoing::What::text, "b"});
    m.pump.run();
    m.real = kStart + 61s;
    const auto next = m.pump.run();
    EXPECT_THAT(m.said, ElementsAre("a")) << "b has its second still to come";
    EXPECT_EQ(m.pump.now(), 1000ms);
    EXPECT_GE(*next, kStart + 62s);
    ASSERT_THAT(m.slow, SizeIs(1));
    EXPECT_EQ(m.slow[0].lost_in_all, 60s);
    EXPECT_NEAR(m.slow[0].kept, 1.0 / 61, 1e-6);
    m.real = *next;
    m.pump.run();
    EXPECT_THAT(m.said, ElementsAre("a", "b"));
}

// Too much to do: nothing is skipped, sockets get their turn, the clock runs as fast as it can.
TEST(Pump, WhoCannotKeepUpSlowsTheClock) {
    Machine m(1000);
    constexpr int kEvents = 20'000;
    for (int i = 1; i <= kEvents; ++i) m.device.schedule(SimTime(i * 10), {0, Outgoing::What::text, std::to_string(i)});
    m.cost = 1ms;  // so a second of the twin's, with its 100 events, takes 100 ms instead of one
    int turns = 0;
    for (auto next = m.pump.run(); next; next = m.pump.run(), ++turns) {
        m.real = std::max(m.real, *next);
        ASSERT_LT(turns, kEvents);
    }
    EXPECT_THAT(m.said, SizeIs(kEvents));
    EXPECT_EQ(m.said.back(), std::to_string(kEvents));
    EXPECT_GT(turns, kEvents / 40) << "a turn is at most a moment";
    EXPECT_TRUE(std::is_sorted(m.device.handed().begin(), m.device.handed().end()));
    ASSERT_THAT(m.slow, testing::Not(IsEmpty()));
    EXPECT_LE(m.slow.size(), 5U) << "in about 20 s";
    EXPECT_NEAR(m.slow.back().kept, 10, 1.5);
    EXPECT_EQ(m.slow.back().asked, 1000);
    const double shown = static_cast<double>(m.pump.now().count() + m.pump.lost().count()) / 1000;
    EXPECT_NEAR(shown, std::chrono::duration<double>(m.real - kStart).count() * 1000, 1000);
}

// Pictures take three seconds each, the twin makes one every ten of its own, and runs ten times as fast as it could.
TEST(Pump, WaitsForWhoDrawsThePicturesAndSkipsNone) {
    test::FakeDevice device;
    RealTime real = kStart;
    std::vector<Exposed> waiting;
    std::vector<int> drawn;
    std::vector<Slowed> slow;
    RealTime free_at = kStart;
    const Pictures pictures{[&](std::vector<Exposed> exposed) {
                                for (Exposed& e : exposed) waiting.push_back(std::move(e));
                            },
                            [&] { return waiting.size() > 1; }};
    Pump pump(
        device, 100, [&] { return real; }, [](const Outgoing&) {}, [&](const Slowed& s) { slow.push_back(s); },
        pictures);
    constexpr int kFrames = 20;
    for (int i = 0; i < kFrames; ++i) {
        Exposed frame;
        frame.index = i;
        device.expose((i + 1) * 10s, std::move(frame));
    }
    std::size_t most = 0;
    for (int turn = 0; drawn.size() < kFrames && turn < 100'000; ++turn) {
        pump.run();
        most = std::max(most, waiting.size());
        if (real >= free_at && !waiting.empty()) {
            drawn.push_back(waiting.front().index);
            waiting.erase(waiting.begin());
            free_at = real + 3s;
        }
        real += 10ms;
    }
    std::vector<int> all(kFrames);
    std::iota(all.begin(), all.end(), 0);
    EXPECT_EQ(drawn, all);
    EXPECT_EQ(most, 2U) << "one in work, one waiting, one that ended the waiting";
    EXPECT_GT(pump.lost(), 1000s) << "at 100 x, 60 s would be 6000";
    EXPECT_EQ(pump.now() + pump.lost(), SimTime(std::chrono::duration_cast<SimTime>(100 * (real - kStart))));
    ASSERT_THAT(slow, testing::Not(IsEmpty()));
    EXPECT_LT(slow.back().kept, 5);
}

TEST(Pump, TimeForTheTwinIsNeverPastWhatIsDue) {
    Machine m(1);
    m.device.schedule(100ms, {0, Outgoing::What::text, "a"});
    m.pump.run();
    m.real = kStart + 150ms;
    EXPECT_EQ(m.pump.now(), 100ms);
    m.pump.run();
    EXPECT_EQ(m.pump.now(), 150ms);
}

}  // namespace
}  // namespace nightstack::device::sim
