// SPDX-License-Identifier: MIT
// A stop while nobody knows whether the thing began, and the stop of everything.
#include "night.h"

namespace nightstack::device::dwarf::jobs {
namespace {

using Kind = Outcome::Kind;

struct Started {
    const char* name;
    int start, stop;   // interfaces
    const char* runs;  // in the twin's state
    Outcome (*run)(Night&);
};

Outcome run_panorama(Night& night) {
    request::Panorama grid;
    grid.rows = grid.columns = 20;
    grid.spin = grid.pitch = {64, 5000, 200, 20};
    return panorama(night.driver, {grid, night.utc()});
}

const Started kStarted[] = {
    {"raw", 10011, 10015, "raw.running", [](Night& n) { return n.raw(500).outcome; }},
    {"darks", 10026, 10015, "darks.running",
     [](Night& n) {
         return n.darks({30, 40, 50, 60, 70, 80});
     }},
    {"panorama", 10103, 10106, "panorama.running", run_panorama},
    {"calibration", 11205, 11204, "", [](Night& n) { return n.calibrate(); }},
    {"goto", 11203, 11204, "pointing.tracking", [](Night& n) { return n.go_to(); }},
    {"track", 11201, 11202, "",
     [](Night& n) {
         return track(n.driver, {900, 500, 100, 80});
     }},
};

void set_up(Night& night, const Started& one) {
    ASSERT_EQ(night.prepare().kind, Kind::done);
    if (one.start == 11205 || one.start == 11201) return;
    ASSERT_EQ(night.calibrate().kind, Kind::done);
}

// The scope carries the command out, its answer is lost, and it does not say what it does until it is told to stop.
TEST(Stops, AStopInDoubtIsSent) {
    for (const Started& one : kStarted) {
        SCOPED_TRACE(one.name);
        Night night;
        set_up(night, one);
        const int before = night.link.sent(one.stop);
        night.peer.filter([&](const Message& m) {
            const bool begun = night.link.sent(one.start) > 0, stopping = night.link.sent(one.stop) > before;
            const bool lost = m.interface() == one.start || (m.interface() == 10022 && begun && !stopping);
            return lost ? std::vector<Message>{} : std::vector{m};
        });
        night.stop_after(Milliseconds{25000});
        const Outcome outcome = one.run(night);
        EXPECT_EQ(outcome.kind, Kind::stopped) << outcome.words << "\n" << night.story();
        EXPECT_EQ(night.peer.carried_out(one.start), 1);
        EXPECT_GT(night.link.sent(one.stop), before);
        if (*one.runs != 0) {
            EXPECT_EQ(night.truth(one.runs), 0);
        }
        EXPECT_EQ(night.truth("working.astroState"), 3);
        EXPECT_NE(night.truth("working.trackState"), 3);
    }
}

TEST(Stops, AllOfThemStopTheFocusMotorToo) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    request::MotorStart start{Motor::focus, MotorMode::continuous, 8, 400};
    ASSERT_EQ(night.driver.send(request::start_motor(start)).code(), 0);
    const Outcome outcome = stop_all(night.driver);
    EXPECT_EQ(outcome.kind, Kind::done) << outcome.words;
    EXPECT_NE(outcome.words.find("focus motor is stopped"), std::string::npos) << outcome.words;
    EXPECT_EQ(outcome.words.find("spin"), std::string::npos) << outcome.words;
    EXPECT_EQ(night.peer.carried_out(10101), 3);
}

TEST(Stops, AMotorThatDoesNotStopIsTold) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    night.peer.answer(10101, Message(10101).set("code", -7));
    Outcome outcome = stop_all(night.driver);
    EXPECT_EQ(outcome.kind, Kind::failed);
    EXPECT_NE(outcome.words.find("stopping the spin motor failed: -7"), std::string::npos) << outcome.words;
    night.peer.answer(10101, Message(11011).set("value", 0));  // no answer
    outcome = stop_all(night.driver);
    EXPECT_EQ(outcome.kind, Kind::unknown) << outcome.words;
}

TEST(Stops, AShutDownScopeThatIsBackIsDrivenAgain) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    night.peer.answer(11004, Message(11004));
    ASSERT_TRUE(night.driver.send(request::shut_down()).answered());
    EXPECT_EQ(night.driver.send(request::power()).fate, Sent::Fate::refused);
    night.link.drop(Milliseconds{5000}, "switched off");
    night.driver.rest_on(Milliseconds{10000});
    EXPECT_TRUE(night.driver.send(request::power()).answered());
}

TEST(Stops, AdviceIsGivenOnce) {
    const std::string words = failed_with(-41, "the capture").words;
    const std::size_t first = words.find("darks");
    ASSERT_NE(first, std::string::npos) << words;
    const std::string tail = words.substr(words.size() / 2);
    EXPECT_EQ(words.find(tail), words.size() - tail.size()) << words;
    EXPECT_EQ(words.find("; "), std::string::npos) << words;
}

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
