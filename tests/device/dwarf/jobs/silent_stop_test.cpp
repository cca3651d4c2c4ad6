// SPDX-License-Identifier: MIT
// A stop that is asked while the scope says nothing, is away, or does not heed it: over within kStopTime, in words that
// say what is not known. And a goto that arrives just then.
#include "device/dwarf/jobs/begin.h"
#include "night.h"

namespace nightstack::device::dwarf::jobs {
namespace {

using Kind = Outcome::Kind;

struct Running {
    const char* name;
    bool calibrated;  // before
    int start;
    Outcome (*run)(Night&);
};

Outcome run_panorama(Night& night) {
    request::Panorama grid;
    grid.rows = grid.columns = 20;
    grid.spin = grid.pitch = {64, 5000, 200, 20};
    return panorama(night.driver, {grid, night.utc()});
}

const Running kRunning[] = {
    {"raw", true, 10011, [](Night& n) { return n.raw(500).outcome; }},
    {"darks", false, 10026,
     [](Night& n) {
         return n.darks({30, 40, 50, 60, 70, 80});
     }},
    {"panorama", true, 10103, run_panorama},
    {"calibration", false, 11205, [](Night& n) { return n.calibrate(); }},
    {"goto", true, 11203, [](Night& n) { return n.go_to(); }},
    {"track", false, 11201,
     [](Night& n) {
         return track(n.driver, {900, 500, 100, 80});
     }},
};

void set_up(Night& night, const Running& one) {
    ASSERT_EQ(night.prepare().kind, Kind::done);
    if (!one.calibrated) return;
    ASSERT_EQ(night.calibrate().kind, Kind::done);
}

constexpr Milliseconds kSlack{600};

void expect_in_time(const Night& night) {
    EXPECT_LE(night.link.time() - night.stopped, kStopTime + kSlack);
    EXPECT_GT(night.link.time(), night.stopped);
}

enum class How { silent, away };

void fall(Night& night, How how) {
    if (how == How::silent) return night.link.deaf(night.link.time() + std::chrono::hours(1));
    night.link.drop(std::chrono::hours(1));
}

// The scope goes 9 s after the start, so that a question may be in flight when the stop comes.
TEST(SilentStop, IsOverInTimeAndSaysWhatIsNotKnown) {
    for (const Running& one : kRunning) {
        for (const How how : {How::silent, How::away}) {
            for (int ms = 9100; ms < 19000; ms += 700) {
                Night night(static_cast<std::uint64_t>(ms));
                set_up(night, one);
                night.link.at(night.link.time() + Milliseconds{9000}, [&] { fall(night, how); });
                night.stop_after(Milliseconds{ms});
                const Outcome outcome = one.run(night);
                SCOPED_TRACE(std::string(one.name) + (how == How::away ? ", away, " : ", silent, ") +
                             std::to_string(ms) + ": " + outcome.words + "\n" + night.story());
                ASSERT_EQ(night.link.sent(one.start), 1);
                EXPECT_EQ(outcome.kind, Kind::unknown);
                EXPECT_NE(outcome.words.find("it may still be at it"), std::string::npos);
                const bool told = outcome.words.find("told to stop") != std::string::npos;
                EXPECT_EQ(told, how == How::silent) << "or else could not be";
                expect_in_time(night);
            }
        }
    }
}

TEST(SilentStop, BeforeAnythingWasSentIsSaidSo) {
    for (const Running& one : kRunning) {
        for (const How how : {How::silent, How::away}) {
            Night night;
            set_up(night, one);
            const int before = night.link.sent(one.start);
            fall(night, how);
            night.stop_after(Milliseconds{2500});
            const Outcome outcome = one.run(night);
            SCOPED_TRACE(std::string(one.name) + ": " + outcome.words);
            EXPECT_EQ(outcome.kind, Kind::stopped);
            EXPECT_NE(outcome.words.find("before it began"), std::string::npos);
            EXPECT_EQ(night.link.sent(one.start), before);
            expect_in_time(night);
        }
    }
}

// A question without an answer is not the command.
TEST(SilentStop, AScopeThatDoesNotAnswerAtAllIsNotSaidToHaveTheCommand) {
    for (const Running& one : kRunning) {
        Night night;
        set_up(night, one);
        fall(night, How::silent);
        const Outcome outcome = one.run(night);
        SCOPED_TRACE(std::string(one.name) + ": " + outcome.words);
        EXPECT_EQ(outcome.kind, Kind::failed);
        EXPECT_NE(outcome.words.find("was not sent: the scope does not answer"), std::string::npos);
    }
}

// The card is looked at for five seconds, during which the stop comes.
TEST(SilentStop, ACaptureIsNotBegunAfterAStop) {
    Night night;
    night.ready();
    night.peer.answer(11405, Message(11011).set("value", 0));  // no answer
    night.stop_after(Milliseconds{2000});
    const RawOutcome raw = night.raw(10);
    EXPECT_EQ(raw.outcome.kind, Kind::stopped) << raw.outcome.words;
    EXPECT_EQ(night.link.sent(10011), 0);
}

TEST(SilentStop, OfAllThingsIsHurriedByCtrlC) {
    for (int ms = 200; ms < 60000; ms += 2900) {
        Night night;
        night.ready();
        const Milliseconds begun = night.link.time();
        night.link.at(begun + Milliseconds{100}, [&] { fall(night, How::silent); });
        night.stop_after(Milliseconds{ms});
        const Outcome outcome = stop_all(night.driver);
        SCOPED_TRACE(std::to_string(ms) + ": " + outcome.words);
        EXPECT_EQ(outcome.kind, Kind::unknown);
        EXPECT_LE(night.link.time() - night.stopped, kStopTime + Milliseconds{3500});  // the motors' last second each
        EXPECT_GT(night.link.sent(10101), 0);
    }
}

// The scope answers, and frames go on: no second opinion is needed.
TEST(SilentStop, UnheededIsOverInTimeToo) {
    Night night;
    night.ready();
    night.fault(R"({"name":"stop.ignored","interface":10015})");
    night.stop_after(Milliseconds{20000});
    const RawOutcome raw = night.raw(100);
    EXPECT_EQ(raw.outcome.kind, Kind::failed) << raw.outcome.words;
    EXPECT_NE(raw.outcome.words.find("goes on"), std::string::npos);
    EXPECT_GE(night.link.sent(10015), 3);
    expect_in_time(night);
}

// All frames were taken while the stop was on its way.
TEST(SilentStop, ACompleteCaptureIsDone) {
    int complete = 0;
    for (int ms = 20000; ms < 30000; ms += 200) {
        Night night;
        night.ready();
        night.stop_after(Milliseconds{ms});
        const RawOutcome raw = night.raw(4);
        SCOPED_TRACE(std::to_string(ms) + ": " + raw.outcome.words);
        EXPECT_EQ(raw.outcome.kind, raw.counted == 4 ? Kind::done : Kind::stopped);
        EXPECT_LE(raw.counted, night.truth("raw.taken"));
        complete += raw.counted == 4 ? 1 : 0;
    }
    EXPECT_GT(complete, 3);
}

// The first 11204 is lost; for some of these moments the goto arrives before the second.
TEST(SilentStop, OfAGotoThatArrivesMeanwhileIsTrue) {
    int arrived = 0;
    for (int ms = 1000; ms < 45000; ms += 400) {
        Night night;
        ASSERT_EQ(night.prepare().kind, Kind::done);
        ASSERT_EQ(night.calibrate().kind, Kind::done);
        night.fault(R"({"name":"stop.ignored","interface":11204,"count":1})");
        night.peer.filter([&](const Message& m) {
            arrived += m.integer("code") == 1005 && night.link.sent(11204) > 0 ? 1 : 0;
            return std::vector{m};
        });
        night.stop_after(Milliseconds{ms});
        const Outcome outcome = night.go_to();
        SCOPED_TRACE(std::to_string(ms) + ": " + outcome.words + "\n" + night.story());
        EXPECT_EQ(outcome.kind, night.link.sent(11204) > 0 ? Kind::stopped : Kind::done);
        EXPECT_EQ(night.truth("pointing.tracking"), outcome.kind == Kind::done);
        EXPECT_EQ(night.truth("working.astroState"), outcome.kind == Kind::done ? 1 : 3);
    }
    EXPECT_GT(arrived, 2) << "or this test tries nothing";
}

TEST(SilentStop, OfAGotoThatArrivesAndHeedsNothingSaysSo) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    ASSERT_EQ(night.calibrate().kind, Kind::done);
    night.fault(R"({"name":"stop.ignored","interface":11204})");
    night.peer.filter([&](const Message& m) {
        if (m.interface() == 11203 && m.integer("code") == 1004) night.stop_after(Milliseconds{3000});
        return std::vector{m};
    });
    const Outcome outcome = night.go_to();
    EXPECT_EQ(outcome.kind, Kind::failed) << outcome.words;
    EXPECT_NE(outcome.words.find("has arrived and follows"), std::string::npos) << outcome.words;
    EXPECT_EQ(night.truth("pointing.tracking"), 1);
}

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
