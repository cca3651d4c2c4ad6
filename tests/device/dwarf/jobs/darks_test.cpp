// SPDX-License-Identifier: MIT
// The scope's list of darks (10027) names gains, not exposures: what it may prove and what not.
#include "night.h"

namespace nightstack::device::dwarf::jobs {
namespace {

using Kind = Outcome::Kind;

// The twin has darks of whole seconds at this binning and these gains: the bits are set before.
Outcome half_second(Night& night, std::vector<int> gains = {80}) {
    DarkPlan plan;
    plan.darks.gains = std::move(gains);
    plan.darks.exposure = Seconds{0.5};
    plan.darks.binning = Binning::two;
    plan.darks.count = 100;
    plan.utc = night.utc();
    return capture_darks(night.driver, plan);
}

TEST(Darks, ABitThatWasSetBeforeProvesNothing) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    night.peer.answer(10026, Message(11011).set("value", 0));  // swallowed: only something else comes
    const Outcome outcome = half_second(night);
    EXPECT_EQ(outcome.kind, Kind::unknown) << outcome.words;
    EXPECT_EQ(night.peer.carried_out(10026), 0);
}

TEST(Darks, APowerMessageByItselfIsNoAnswer) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    night.peer.answer(10026, Message(11003).set("value", 87).set("code", 0));
    // The first gets lost beside one that came by itself, the second gets through.
    night.link.at(night.link.time() + Milliseconds{500}, [&] { night.peer.pass_on(10026); });
    const Outcome outcome = half_second(night);
    EXPECT_EQ(outcome.kind, Kind::done) << outcome.words << night.story();
    EXPECT_EQ(night.peer.carried_out(10026), 1);
    EXPECT_EQ(night.truth("darks.sets"), 196);
}

TEST(Darks, StoppedByAnotherClientAreNotDone) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    night.link.at(night.link.time() + Milliseconds{40000},
                  [&] { night.peer.other_client(request::stop_raw(), night.link.time()); });
    const Outcome outcome = half_second(night);
    EXPECT_EQ(outcome.kind, Kind::unknown) << outcome.words;
    EXPECT_EQ(night.truth("darks.sets"), 195);
}

TEST(Darks, LeftAloneTheTimeSaysThatTheyAreTaken) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    const Outcome outcome = half_second(night, {80, 90});
    EXPECT_EQ(outcome.kind, Kind::done) << outcome.words;
    EXPECT_EQ(night.truth("darks.sets"), 197);
}

TEST(Darks, OfNewGainsTheListProves) {
    Night night;
    ASSERT_EQ(night.prepare().kind, Kind::done);
    const Outcome outcome = half_second(night, {0, 10});
    EXPECT_EQ(outcome.kind, Kind::done) << outcome.words;
    EXPECT_NE(outcome.words.find("darks are taken"), std::string::npos) << outcome.words;
    Night stopped;
    ASSERT_EQ(stopped.prepare().kind, Kind::done);
    stopped.link.at(stopped.link.time() + Milliseconds{200000},
                    [&] { stopped.peer.other_client(request::stop_raw(), stopped.link.time()); });
    EXPECT_EQ(half_second(stopped, {0, 10}).kind, Kind::failed) << "one of two gains is there";
}

}  // namespace
}  // namespace nightstack::device::dwarf::jobs
