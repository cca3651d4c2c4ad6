// SPDX-License-Identifier: MIT
// The rules of desk.h on virtual time.
#include "tests/device/dwarf/session/desk_fixture.h"

namespace nightstack::device::dwarf {
namespace {

using DeskTest = DeskFixture;

TEST_F(DeskTest, SendsOneAtATimeInOrder) {
    const Asked first = ask(11003), second = ask(11405);
    EXPECT_TRUE(sends(first));
    EXPECT_FALSE(desk.next(now).send);
    arrive(11003, 0);
    EXPECT_EQ(first.fate(), Reply::Fate::answered);
    EXPECT_TRUE(sends(second));
    EXPECT_FALSE(second.over());
}

TEST_F(DeskTest, AnswersAreFoundAmongPushesAndForTheRightCamera) {
    const Asked asked = ask(10003, 1000, 1);
    EXPECT_TRUE(sends(asked));
    arrive(10014, 5);
    arrive(10003, 0, 0);
    EXPECT_FALSE(asked.over());
    arrive(10003, -2, 1);
    EXPECT_EQ(asked.code(), -2);
    EXPECT_EQ(events.size(), 2u);
}

TEST_F(DeskTest, WaitsInTheQueueEndUnsentAndInFlightUnknown) {
    const Asked first = ask(11003, 100), second = ask(11405, 50);
    EXPECT_TRUE(sends(first));
    EXPECT_EQ(desk.next_deadline(), now + Milliseconds(50));
    pass(50);
    EXPECT_EQ(second.fate(), Reply::Fate::unsent);
    pass(50);
    EXPECT_EQ(first.fate(), Reply::Fate::unknown);
}

TEST_F(DeskTest, ALateAnswerDoesNotAnswerTheNextRequestOfThatNumber) {
    const Asked first = ask(10003, 100);
    EXPECT_TRUE(sends(first));
    pass(100);
    const Asked second = ask(10003);
    pass(500);
    EXPECT_TRUE(sends(second));
    arrive(10003, 0);  // to the first
    EXPECT_FALSE(second.over());
    ASSERT_EQ(events.size(), 1u);
    arrive(10003, -2);
    EXPECT_EQ(second.code(), -2);
    EXPECT_EQ(counts.late, 1u);
}

TEST_F(DeskTest, ASwallowedRequestCostsOneUnknownAndNoMore) {
    const Asked first = ask(10003, 100);
    EXPECT_TRUE(sends(first));
    pass(100);
    const Asked second = ask(10003, 1000);
    pass(500);
    EXPECT_TRUE(sends(second));
    arrive(10003, 0);  // in truth to the second
    pass(500);
    EXPECT_EQ(second.fate(), Reply::Fate::unknown);
    const Asked third = ask(10003);
    pass(500);
    EXPECT_TRUE(sends(third));
    arrive(10003, -3);
    EXPECT_EQ(third.code(), -3);
}

TEST_F(DeskTest, DebtsEndWithTimeAndWithTheConnection) {
    for (const bool reconnect : {false, true}) {
        const Asked sent = ask(10003, 100);
        EXPECT_TRUE(sends(sent));
        pass(100);
        if (reconnect) {
            desk.hang_up(now);
            desk.open();
        } else {
            pass(30000);
        }
        const Asked second = ask(10003);
        pass(600);
        EXPECT_TRUE(sends(second));
        arrive(10003, 7);
        EXPECT_EQ(second.code(), 7);
        pass(1000);
    }
}

TEST_F(DeskTest, ACopyOfAnAnswerLandsWhileNobodyWaits) {
    const Asked first = ask(10005), second = ask(10005);
    EXPECT_TRUE(sends(first));
    arrive(10005, 0);
    pass(50);
    const Desk::Step step = desk.next(now);
    EXPECT_FALSE(step.send);
    EXPECT_EQ(step.until, now + Milliseconds(450));  // also an ISP command: 500 from one to the next
    arrive(10005, 0);                                // the copy
    EXPECT_FALSE(second.over());
    EXPECT_EQ(events.size(), 1u);
    pass(450);
    EXPECT_TRUE(sends(second));
}

TEST_F(DeskTest, TheSameNumberRestsOthersDoNot) {
    const Asked first = ask(11003), second = ask(11003);
    EXPECT_TRUE(sends(first));
    arrive(11003, 0);
    EXPECT_EQ(desk.next(now).until, now + pauses.same_gap);
    pass(100);
    EXPECT_TRUE(sends(second));
    arrive(11003, 0);
    const Asked other = ask(11405);
    EXPECT_TRUE(sends(other));
}

TEST_F(DeskTest, IspCommandsAreHalfASecondApart) {
    const Asked mode = ask(10001), value = ask(10003);
    EXPECT_TRUE(sends(mode));
    arrive(10001, 0);
    EXPECT_EQ(desk.next(now).until, now + Milliseconds(500));
    pass(499);
    EXPECT_FALSE(desk.next(now).send);
    pass(1);
    EXPECT_TRUE(sends(value));
}

TEST_F(DeskTest, WhatMayBeAnAnswerIsTakenWhenNothingBetterComes) {
    const Asked darks = ask(10026, 60000);
    EXPECT_TRUE(sends(darks));
    arrive(11003, 0);
    EXPECT_FALSE(darks.over());
    pass(2000);
    ASSERT_EQ(darks.fate(), Reply::Fate::answered);
    EXPECT_EQ(darks.outcome->value().reply.message->interface(), 11003);
    EXPECT_TRUE(events.empty());

    const Asked again = ask(10026, 60000);
    pass(100);
    EXPECT_TRUE(sends(again));
    arrive(11003, 0);
    arrive(10026, -4);
    EXPECT_EQ(again.code(), -4);
    ASSERT_EQ(events.size(), 1u);  // the power message was one after all
    EXPECT_EQ(events[0].interface(), 11003);
}

TEST_F(DeskTest, ADoubtfulAnswerIsNotWaitedForLong) {
    const Asked quality = ask(10016, 60000);
    EXPECT_TRUE(sends(quality));
    pass(3000);
    EXPECT_EQ(quality.fate(), Reply::Fate::unknown);
}

TEST_F(DeskTest, ALostConnectionSendsSafeRequestsOnceMoreAndCapturesNever) {
    for (const int number : {11405, 10011}) {
        const Asked asked = ask(number, 10000);
        EXPECT_TRUE(sends(asked));
        desk.hang_up(now);
        desk.open();
        pass(100);
        if (number == 10011) {
            EXPECT_EQ(asked.fate(), Reply::Fate::unknown);
            EXPECT_FALSE(desk.next(now).send);
            continue;
        }
        EXPECT_FALSE(asked.over());
        EXPECT_TRUE(sends(asked));
        desk.hang_up(now);
        EXPECT_EQ(asked.fate(), Reply::Fate::unknown) << "twice is enough";
        desk.open();
    }
    EXPECT_EQ(counts.resent, 1u);
}

TEST_F(DeskTest, NothingButStateQueriesLeavesBeforeItIsOpen) {
    desk.hang_up(now);
    const Asked command = ask(10011);
    EXPECT_FALSE(desk.next(now).send);
    auto query = std::make_shared<Ticket>();
    query->request = Message(10022);
    query->deadline = now + Milliseconds(1000);
    query->state_query = true;
    int ends = 0;
    query->done = [&](const Outcome&) { ++ends; };
    desk.take(query);
    EXPECT_EQ(desk.next(now).send, query);
    arrive(10022, 0);
    EXPECT_EQ(ends, 1);
    EXPECT_EQ(events.size(), 1u) << "whoever follows the state sees it too";
    EXPECT_FALSE(desk.next(now).send);
    desk.open();
    EXPECT_TRUE(sends(command));
}

TEST_F(DeskTest, NothingOverdueLeaves) {
    desk.hang_up(now);
    const Asked late = ask(11405, 100);
    now += Milliseconds(100);  // nobody looked at the deadlines meanwhile
    desk.open();
    EXPECT_FALSE(desk.next(now).send);
    EXPECT_EQ(late.fate(), Reply::Fate::unsent);
}

TEST_F(DeskTest, AScopeThatSaysNothingLeavesNoPileOfDebts) {
    for (int i = 0; i < 100; ++i) {
        const Asked asked = ask(11405, 1000);
        EXPECT_TRUE(sends(asked));
        pass(1000);
        pass(200);
        EXPECT_LE(desk.debts(), 26u) << "those of the last half minute";
    }
}

TEST_F(DeskTest, ARefusalEndsEverythingAndCanBeLifted) {
    const Asked flying = ask(10011), waiting = ask(11003);
    EXPECT_TRUE(sends(flying));
    desk.refuse("other language");
    EXPECT_EQ(flying.outcome->value().refusal, "other language");
    EXPECT_EQ(waiting.outcome->value().refusal, "other language");
    EXPECT_EQ(ask(11003).outcome->value().refusal, "other language");
    desk.refuse("");
    EXPECT_TRUE(sends(ask(11405)));
}

// What may have been the answer to the refused request answers no later one.
TEST_F(DeskTest, ARefusalForgetsWhatMayHaveBeenAnAnswer) {
    const Asked darks = ask(10026);
    EXPECT_TRUE(sends(darks));
    arrive(11003, 0);
    EXPECT_TRUE(events.empty());
    desk.refuse("other language");
    EXPECT_EQ(events.size(), 1u);
    desk.refuse("");
    const Asked later = ask(11405, 100);
    EXPECT_TRUE(sends(later));
    pass(200);
    EXPECT_EQ(later.fate(), Reply::Fate::unknown);
}

TEST_F(DeskTest, ClosingEndsEverythingAtOnce) {
    const Asked flying = ask(11003), waiting = ask(11405);
    EXPECT_TRUE(sends(flying));
    desk.close();
    EXPECT_EQ(flying.fate(), Reply::Fate::unknown);
    EXPECT_EQ(waiting.fate(), Reply::Fate::unsent);
    EXPECT_EQ(ask(11003).fate(), Reply::Fate::unsent);
}

}  // namespace
}  // namespace nightstack::device::dwarf
