// SPDX-License-Identifier: MIT
// Where requests wait, leave one at a time and meet their answers. No sockets and no clock of its
// own: time is handed in, so every rule below is tested without waiting. One thread (the scope's).
//
// The protocol has no request numbers: an answer is known only by its interface (and camera, motor).
// Therefore these rules keep an answer from being given to the wrong request:
// - One request is in flight at a time, in the order of asking; but a stop overtakes: it leaves at once, also while
//   others wait for their answers, unless one of its own number does. What begins the thing that it ends, and
//   was asked for before it, leaves before it. Behind a stop nothing but another stop leaves until it has ended.
// - A request that ended without an answer leaves a debt: the next message that would answer it is
//   taken for the late answer, also when a newer request of the same number is in flight, and becomes
//   an event. If the newer one then gets nothing, its fate is unknown too, which is true and costs
//   the caller a look at the state; and it leaves no debt, since one message did come (a scope that
//   swallowed one request would else be answered one off for ever). Debts end after `late` and with
//   the connection.
// - A second copy of an answer cannot be told from the answer to the next request of that number. So
//   the same number rests for `same_gap` after it ended: copies land while nobody waits for them.
// - What only may be an answer (Match::perhaps) is kept for `patience`, then taken if nothing better came.
// - Nothing leaves that is overdue.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "device/dwarf/session/counts.h"
#include "device/dwarf/session/pauses.h"
#include "device/dwarf/session/scope_link.h"

namespace nightstack::device::dwarf {

struct Outcome {
    Reply reply;
    std::string refusal;  // not "": the scope speaks another language; the caller gets a DeviceError
};

struct Ticket {
    Message request{0};
    std::string bytes;
    Moment deadline{};
    bool state_query = false;           // the session's own: leaves before the desk is open, its answer is an event too
    std::function<void(Outcome)> done;  // called once, on the scope's thread
    int sendings = 0;                   // the desk's
};
using TicketPtr = std::shared_ptr<Ticket>;

class Desk {
public:
    struct Outlets {
        std::function<void()> changed;              // something may be due now: look again
        std::function<void(const Message&)> event;  // a message that answered nobody
    };
    Desk(const Pauses& pauses, Counts& counts, Outlets outlets);

    void take(TicketPtr ticket);
    void arrive(const Message& message, Moment now);

    // What to send now (from here on it counts as sent), or when to look again.
    struct Step {
        TicketPtr send;
        std::optional<Moment> until;
    };
    Step next(Moment now);

    void expire(Moment now);  // ends what is overdue
    std::optional<Moment> next_deadline() const;
    // Until when a caller's request that is in flight waits for its answer; nothing when there is none.
    std::optional<Moment> answer_due() const;
    // Requests in a row that a healthy scope answers and that ended without, while no message came at all.
    int unanswered() const { return unanswered_; }
    std::size_t debts() const { return debts_.size(); }

    void open();                   // the state is known: commands may leave
    void hang_up(Moment now);      // the connection is gone
    void refuse(std::string why);  // not "": every request, in flight, waiting or to come, ends with these words
    void close();                  // for good: whatever there is or comes ends at once
    bool idle() const { return flights_.empty() && waiting_.empty() && queries_.empty(); }

private:
    struct Debt {
        Message request;
        Moment until;
    };
    struct Flight {
        TicketPtr ticket;
        Moment until;
        std::optional<Message> perhaps{};
        bool debt_paid = false;
    };
    using Flights = std::vector<Flight>;
    using Tickets = std::deque<TicketPtr>;

    Moment earliest(const Ticket& ticket) const;
    Step next_stop(Moment now);
    bool may_overtake(Tickets::const_iterator stop) const;
    TicketPtr send(Tickets& from, Tickets::iterator which, Moment now);
    void forget_old(Moment now);
    bool pay_debt(const Message& message, Moment now);
    Flight take_out(Flights::iterator which);
    void land(Flight flight, Reply reply, Moment now);
    void give_up(Flights::iterator which, Moment now);
    static void finish(const TicketPtr& ticket, Reply::Fate fate, const std::string& refusal = "");
    static bool expire_in(Tickets& tickets, Moment now);

    const Pauses pauses_;
    Counts& counts_;
    const Outlets outlets_;

    Tickets queries_;
    Tickets waiting_;
    Flights flights_;  // in the order of sending; at most one that is no stop
    int unanswered_ = 0;
    std::vector<Debt> debts_;
    std::map<int, Moment> rests_until_;  // by number
    Moment isp_until_{};
    bool open_ = false;
    bool closed_ = false;
    std::string refusal_;
};

}  // namespace nightstack::device::dwarf
