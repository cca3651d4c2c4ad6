// SPDX-License-Identifier: MIT
// What may leave while another request still waits for its answer, on virtual time.
#include "device/dwarf/session/habits.h"
#include "tests/device/dwarf/session/desk_fixture.h"

namespace nightstack::device::dwarf {
namespace {

using Overtaking = DeskFixture;

TEST_F(Overtaking, AStopLeavesWhileOthersWaitForTheirAnswers) {
    for (const int stop : {10009, 10015, 10019, 10101, 10106, 11202, 11204}) {
        SCOPED_TRACE(stop);
        const Asked focus = ask(10031, 60000), next = ask(11405, 60000);
        EXPECT_TRUE(sends(focus));
        const Asked ending = ask(stop);
        EXPECT_TRUE(sends(ending));
        EXPECT_FALSE(desk.next(now).send);
        arrive(stop, 0);
        EXPECT_EQ(ending.fate(), Reply::Fate::answered);
        EXPECT_FALSE(focus.over());
        EXPECT_FALSE(desk.next(now).send) << "one other at a time, as ever";
        arrive(10031, 0);
        EXPECT_EQ(focus.fate(), Reply::Fate::answered);
        EXPECT_TRUE(sends(next));
        arrive(11405, 0);
        pass(1000);
    }
}

TEST_F(Overtaking, NothingElseDoes) {
    for (const int number : {10011, 10017, 10022, 11003, 11004, 11203, 12345}) {
        const Asked focus = ask(10031, 60000), other = ask(number);
        EXPECT_TRUE(sends(focus));
        EXPECT_FALSE(desk.next(now).send) << number;
        arrive(10031, 0);
        EXPECT_TRUE(sends(other));
        arrive(number, 0);
        pass(1000);
    }
}

TEST_F(Overtaking, NotItsOwnNumber) {
    const Asked one = ask(10101, 1000, 0), other = ask(10101, 1000, 1);  // two motors, say
    EXPECT_TRUE(sends(one));
    EXPECT_FALSE(desk.next(now).send);
    arrive(10101, 0, 0);
    const Desk::Step step = desk.next(now);
    EXPECT_FALSE(step.send);
    EXPECT_EQ(step.until, now + pauses.same_gap) << "the pause between requests of one number holds";
    pass(100);
    EXPECT_TRUE(sends(other));
}

TEST_F(Overtaking, AStopAtRestIsTriedWhenItsPauseIsOver) {
    const Asked first = ask(10015);
    EXPECT_TRUE(sends(first));
    arrive(10015, 0);
    const Asked focus = ask(10031, 60000), again = ask(10015);
    EXPECT_TRUE(sends(focus));
    EXPECT_EQ(desk.next(now).until, now + pauses.same_gap);
    pass(100);
    EXPECT_TRUE(sends(again));
}

// Else the capture would begin after it was stopped.
TEST_F(Overtaking, NeverWhatItEnds) {
    for (const auto& [start, stop] : {std::pair{10011, 10015},
                                      {10026, 10015},
                                      {10007, 10009},
                                      {10018, 10019},
                                      {10100, 10101},
                                      {10103, 10106},
                                      {11201, 11202},
                                      {11203, 11204},
                                      {11205, 11204}}) {
        SCOPED_TRACE(start);
        EXPECT_TRUE(ends(stop, start));
        const Asked focus = ask(10031, 60000), beginning = ask(start, 60000), ending = ask(stop, 60000);
        EXPECT_TRUE(sends(focus));
        EXPECT_FALSE(desk.next(now).send);
        arrive(10031, 0);
        EXPECT_TRUE(sends(beginning));
        EXPECT_TRUE(sends(ending)) << "at once behind it";
        arrive(stop, 0);
        arrive(start, 0);
        EXPECT_EQ(beginning.fate(), Reply::Fate::answered);
        EXPECT_EQ(ending.fate(), Reply::Fate::answered);
        pass(1000);
    }
    EXPECT_FALSE(ends(10015, 11203));
    EXPECT_FALSE(ends(10022, 10011));
    EXPECT_FALSE(ends(10009, 0));
}

// A stop is sent again with the next connection, what it ends never: else a stop that was answered would not hold.
TEST_F(Overtaking, ALostConnectionRepeatsTheStopAndNotWhatItEnds) {
    const Asked beginning = ask(11201, 60000);
    EXPECT_TRUE(sends(beginning));
    const Asked ending = ask(11202, 60000);
    EXPECT_TRUE(sends(ending));
    desk.hang_up(now);
    EXPECT_EQ(beginning.fate(), Reply::Fate::unknown);
    EXPECT_FALSE(ending.over());
    desk.open();
    EXPECT_TRUE(sends(ending));
    for (const int start : {10007, 10011, 10018, 10026, 10100, 10103, 11201, 11203, 11205})
        EXPECT_FALSE(habits_of(start).repeatable) << start;
}

TEST_F(Overtaking, NotBeforeTheStateIsKnown) {
    desk.hang_up(now);
    const Asked ending = ask(10015);
    EXPECT_FALSE(desk.next(now).send);
    desk.open();
    EXPECT_TRUE(sends(ending));
}

TEST_F(Overtaking, EachEndsByItsOwnTime) {
    const Asked focus = ask(10031, 20000);
    EXPECT_TRUE(sends(focus));
    const Asked ending = ask(10015, 1000);
    EXPECT_TRUE(sends(ending));
    EXPECT_EQ(desk.answer_due(), now + Milliseconds(20000));
    EXPECT_EQ(desk.next_deadline(), now + Milliseconds(1000));
    pass(1000);
    EXPECT_EQ(ending.fate(), Reply::Fate::unknown);
    EXPECT_FALSE(focus.over());
    pass(19000);
    EXPECT_EQ(focus.fate(), Reply::Fate::unknown);
}

TEST_F(Overtaking, ARefusalAndTheEndTakeAllInFlight) {
    for (const bool refused : {true, false}) {
        const Asked focus = ask(10031), ending = ask(10015);
        EXPECT_TRUE(sends(ending)) << "nothing is in flight: it goes first";
        EXPECT_FALSE(desk.next(now).send);
        const Asked other = ask(11204);
        EXPECT_TRUE(sends(other));
        refused ? desk.refuse("other language") : desk.close();
        EXPECT_EQ(ending.fate(), Reply::Fate::unknown);
        EXPECT_EQ(other.fate(), Reply::Fate::unknown);
        EXPECT_EQ(focus.fate(), Reply::Fate::unsent);
        desk.refuse("");
        pass(1000);
    }
}

// --- requests that nobody answered

TEST_F(Overtaking, CountsWhatAHealthyScopeAnswersUntilAnythingComes) {
    const auto in_vain = [&](int number) {
        const Asked asked = ask(number, 4000);
        EXPECT_TRUE(sends(asked));
        pass(4000);
        EXPECT_EQ(asked.fate(), Reply::Fate::unknown);
        pass(1000);
    };
    for (const int number : {10022, 11405, 10011}) in_vain(number);
    EXPECT_EQ(desk.unanswered(), 3);
    // Stops (a real scope ignores some), what is never or perhaps never answered, what nobody knows.
    for (const int number : {10009, 10015, 10019, 10101, 10106, 11202, 11204, 10016, 11000, 12345}) in_vain(number);
    EXPECT_EQ(desk.unanswered(), 3);
    desk.arrive(Message(10014), now);
    EXPECT_EQ(desk.unanswered(), 0);
    in_vain(10022);
    EXPECT_EQ(desk.unanswered(), 1);
    arrive(10022, 0);  // late
    EXPECT_EQ(desk.unanswered(), 0);
    in_vain(11405);
    desk.hang_up(now);
    EXPECT_EQ(desk.unanswered(), 0);
}

TEST_F(Overtaking, WhatNeverLeftWasNotLeftUnanswered) {
    const Asked focus = ask(10031, 60000), other = ask(11405, 1000);
    EXPECT_TRUE(sends(focus));
    pass(1000);
    EXPECT_EQ(other.fate(), Reply::Fate::unsent);
    EXPECT_EQ(desk.unanswered(), 0);
}

}  // namespace
}  // namespace nightstack::device::dwarf
