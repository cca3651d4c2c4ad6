// SPDX-License-Identifier: MIT
// A desk on virtual time, with callers who remember what became of their requests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "device/dwarf/session/desk.h"

namespace nightstack::device::dwarf {

class DeskFixture : public testing::Test {
protected:
    DeskFixture() { desk.open(); }

    struct Asked {
        TicketPtr ticket;
        std::shared_ptr<std::optional<Outcome>> outcome = std::make_shared<std::optional<Outcome>>();
        bool over() const { return outcome->has_value(); }
        Reply::Fate fate() const { return outcome->value().reply.fate; }
        std::int64_t code() const { return outcome->value().reply.message->integer("code").value_or(-999); }
    };

    Asked ask(int interface, int timeout_ms = 1000, int camera = 0) {
        Asked asked;
        asked.ticket = std::make_shared<Ticket>();
        asked.ticket->request = Message(interface).set("camId", camera);
        asked.ticket->deadline = now + Milliseconds(timeout_ms);
        asked.ticket->done = [outcome = asked.outcome](Outcome one) {
            ASSERT_FALSE(outcome->has_value()) << "ended twice";
            *outcome = std::move(one);
        };
        desk.take(asked.ticket);
        return asked;
    }

    void arrive(int interface, int code, int camera = 0) {
        desk.arrive(Message(interface).set("camId", camera).set("code", code), now);
    }
    void pass(int ms) {
        now += Milliseconds(ms);
        desk.expire(now);
    }
    bool sends(const Asked& asked) { return desk.next(now).send == asked.ticket; }

    Counts counts;
    std::vector<Message> events;
    Moment now = Moment{} + std::chrono::hours(1);
    Pauses pauses;
    Desk desk{pauses, counts, {[] {}, [this](const Message& message) { events.push_back(message); }}};
};

}  // namespace nightstack::device::dwarf
