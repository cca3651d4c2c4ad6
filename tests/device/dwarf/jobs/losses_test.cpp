// SPDX-License-Identifier: MIT
// The connection breaks at operation 0, 1, 2 ... of every job, before sending, on the way and after, until the
// job gets through without meeting the break. Never two capture commands, and the outcome is true to the twin.
#include <set>

#include "night.h"

namespace nightstack::device::dwarf::jobs {
namespace {

using Kind = Outcome::Kind;
using test::Loss;

struct Job {
    const char* name;
    bool needs_sky;  // calibration and goto before
    Outcome (*run)(Night&);
    void (*check)(Night&, const Outcome&);
};

void check_prepared(Night& night, const Outcome& outcome) {
    EXPECT_EQ(outcome.kind, Kind::done) << outcome.words;
    EXPECT_EQ(night.truth("tele.open"), 1);
    EXPECT_EQ(night.truth("tele.gain"), 80);
    EXPECT_EQ(night.truth("tele.exposure_s"), 1);
}

void check_calibrated(Night& night, const Outcome& outcome) {
    if (outcome.kind == Kind::unknown) return;  // its end was told while nobody was there
    EXPECT_EQ(outcome.kind, Kind::done) << outcome.words;
    EXPECT_EQ(night.truth("astro.calibrated"), 1);
}

void check_there(Night& night, const Outcome& outcome) {
    EXPECT_EQ(outcome.kind, Kind::done) << outcome.words;
    EXPECT_EQ(night.truth("pointing.tracking"), 1);
    EXPECT_LE(night.link.sent(11203), 3);  // the one before, and this one at most twice
}

void check_raw(Night& night, const Outcome& outcome) {
    EXPECT_LE(night.link.sent(10011), 1);
    EXPECT_EQ(night.truth("raw.running"), 0);
    const bool all_there = night.truth("raw.taken") == 8;
    EXPECT_FALSE(outcome.words.empty());
    if (all_there)
        EXPECT_NE(outcome.kind, Kind::failed) << outcome.words;
    else
        EXPECT_EQ(outcome.kind, Kind::unknown) << outcome.words;  // sent, and it never arrived
}

void check_darks(Night& night, const Outcome& outcome) {
    EXPECT_EQ(outcome.kind, Kind::done) << outcome.words;
    EXPECT_EQ(night.truth("darks.running"), 0);
    EXPECT_EQ(night.truth("darks.sets"), 196);
}

void check_panorama(Night& night, const Outcome& outcome) {
    EXPECT_LE(night.link.sent(10103), 1);
    EXPECT_EQ(night.truth("panorama.running"), 0);
    if (night.truth("sessions.panoramas") == 1)
        EXPECT_NE(outcome.kind, Kind::failed) << outcome.words;
    else
        EXPECT_EQ(outcome.kind, Kind::unknown) << outcome.words;
}

// Told to stop while the scope is away: nobody waits for its return longer than kStopTime.
void check_tracked(Night& night, const Outcome& outcome) {
    const auto gone = night.story().rfind("waiting for it to come back"),
               back = night.story().rfind("the scope is back");
    if (gone != std::string::npos && (back == std::string::npos || back < gone)) {
        EXPECT_EQ(outcome.kind, Kind::unknown) << outcome.words;
        EXPECT_NE(outcome.words.find("may still"), std::string::npos) << outcome.words;
        EXPECT_LE(night.link.time(), night.stopped + kStopTime + Milliseconds{1000});
        return;
    }
    EXPECT_EQ(outcome.kind, Kind::stopped) << outcome.words;
    EXPECT_NE(night.truth("working.trackState"), 3);
}

void check_stopped(Night& night, const Outcome& outcome) {
    EXPECT_EQ(outcome.kind, Kind::done) << outcome.words;
    EXPECT_EQ(night.truth("pointing.tracking"), 0);
}

Outcome run_panorama(Night& night) {
    request::Panorama grid;
    grid.spin = {64, 5000, 200, 20};
    grid.pitch = {64, 5000, 200, 20};
    return panorama(night.driver, {grid, night.utc()});
}

Outcome run_track(Night& night) {
    night.stop_after(Milliseconds{70000});
    return track(night.driver, {900, 500, 100, 80});
}

const Job kJobs[] = {
    {"prepare", false, [](Night& n) { return n.prepare(); }, check_prepared},
    {"calibrate", false, [](Night& n) { return n.calibrate(); }, check_calibrated},
    {"goto", true, [](Night& n) { return n.go_to(); }, check_there},
    {"raw", true, [](Night& n) { return n.raw(8).outcome; }, check_raw},
    {"darks", false, [](Night& n) { return n.darks(); }, check_darks},
    {"panorama", false, run_panorama, check_panorama},
    {"track", false, run_track, check_tracked},
    {"stop", true, [](Night& n) { return stop_all(n.driver); }, check_stopped},
};

void set_up(Night& night, const Job& job) {
    if (std::string_view(job.name) == "prepare") return;
    if (job.needs_sky) return night.ready();
    ASSERT_EQ(night.prepare().kind, Kind::done);
    if (std::string_view(job.name) != "panorama") return;
    ASSERT_EQ(night.calibrate().kind, Kind::done);
}

class Losses : public testing::TestWithParam<int> {};

TEST_P(Losses, AtEveryOperation) {
    const Job& job = kJobs[GetParam()];
    for (const auto when : {Loss::When::before_sending, Loss::When::on_the_way, Loss::When::after_sending}) {
        for (const Milliseconds away : {Milliseconds{0}, Milliseconds{40000}}) {
            bool met = true;
            int operation = 0;
            for (; met && operation < 200; ++operation) {
                Night night(static_cast<std::uint64_t>(operation + 1));
                set_up(night, job);
                night.link.plan({night.link.operations() + operation, when, away});
                const Outcome outcome = job.run(night);
                SCOPED_TRACE(std::string(job.name) + ", operation " + std::to_string(operation) + ", way " +
                             std::to_string(static_cast<int>(when)) + ", away " + std::to_string(away.count()) + "\n" +
                             night.story());
                met = night.link.used_every_loss();
                job.check(night, outcome);
                if (HasFailure()) return;
            }
            EXPECT_GT(operation, 2);
            EXPECT_LT(operation, 200) << "the job never got through";
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Jobs, Losses, testing::Range(0, static_cast<int>(std::size(kJobs))),
                         [](const auto& job) { return kJobs[job.param].name; });

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
