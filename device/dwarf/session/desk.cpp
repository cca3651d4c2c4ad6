// SPDX-License-Identifier: MIT
#include "device/dwarf/session/desk.h"

#include <algorithm>
#include <utility>

#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/session/habits.h"

namespace nightstack::device::dwarf {

Desk::Desk(const Pauses& pauses, Counts& counts, Outlets outlets)
    : pauses_(pauses), counts_(counts), outlets_(std::move(outlets)) {}

void Desk::finish(const TicketPtr& ticket, Reply::Fate fate, const std::string& refusal) {
    ticket->done({Reply{fate, {}}, refusal});
}

void Desk::take(TicketPtr ticket) {
    if (closed_) return finish(ticket, Reply::Fate::unsent);
    if (!refusal_.empty() && !ticket->state_query) return finish(ticket, Reply::Fate::unsent, refusal_);
    (ticket->state_query ? queries_ : waiting_).push_back(std::move(ticket));
    outlets_.changed();
}

Moment Desk::earliest(const Ticket& ticket) const {
    Moment when{};
    const auto rest = rests_until_.find(ticket.request.interface());
    if (rest != rests_until_.end()) when = rest->second;
    return habits_of(ticket.request.interface()).isp ? std::max(when, isp_until_) : when;
}

Desk::Step Desk::next(Moment now) {
    expire(now);
    Step stop = next_stop(now);
    if (stop.send || !flights_.empty()) return stop;
    Tickets& from = !queries_.empty() || !open_ ? queries_ : waiting_;
    if (from.empty()) return stop;
    const Moment when = earliest(*from.front());
    if (now < when) return {nullptr, std::min(when, stop.until.value_or(when))};
    return {send(from, from.begin(), now), {}};
}

// The first stop that may leave, or when one may.
Desk::Step Desk::next_stop(Moment now) {
    std::optional<Moment> until;
    for (auto one = waiting_.begin(); open_ && one != waiting_.end(); ++one) {
        if (!may_overtake(one)) continue;
        const Moment when = earliest(**one);
        if (when <= now) return {send(waiting_, one, now), {}};
        until = std::min(when, until.value_or(when));
    }
    return {nullptr, until};
}

bool Desk::may_overtake(Tickets::const_iterator stop) const {
    const int number = (*stop)->request.interface();
    if (!habits_of(number).stop) return false;
    const auto same = [&](const Flight& flight) { return flight.ticket->request.interface() == number; };
    const auto comes_first = [&](const TicketPtr& ticket) {
        const int earlier = ticket->request.interface();
        return earlier == number || ends(number, earlier);
    };
    return std::ranges::none_of(flights_, same) && std::none_of(waiting_.begin(), stop, comes_first);
}

TicketPtr Desk::send(Tickets& from, Tickets::iterator which, Moment now) {
    TicketPtr ticket = std::move(*which);
    from.erase(which);
    const Habits habits = habits_of(ticket->request.interface());
    flights_.push_back({ticket, habits.doubtful ? std::min(ticket->deadline, now + pauses_.doubt) : ticket->deadline});
    if (habits.isp) isp_until_ = now + pauses_.isp_gap;
    ++counts_.sent;
    if (++ticket->sendings > 1) ++counts_.resent;
    outlets_.changed();
    return ticket;
}

void Desk::forget_old(Moment now) {
    std::erase_if(debts_, [&](const Debt& debt) { return debt.until <= now; });
    std::erase_if(rests_until_, [&](const auto& rest) { return rest.second <= now; });
}

bool Desk::pay_debt(const Message& message, Moment now) {
    forget_old(now);
    const auto debt =
        std::ranges::find_if(debts_, [&](const Debt& one) { return answers(one.request, message) == Match::yes; });
    if (debt == debts_.end()) return false;
    for (Flight& flight : flights_) flight.debt_paid |= flight.ticket->request.interface() == debt->request.interface();
    debts_.erase(debt);
    ++counts_.late;
    return true;
}

void Desk::arrive(const Message& message, Moment now) {
    unanswered_ = 0;
    const auto answered = [&](Match how) {
        return std::ranges::find_if(
            flights_, [&](const Flight& flight) { return answers(flight.ticket->request, message) == how; });
    };
    if (pay_debt(message, now)) return outlets_.event(message);
    if (const auto sure = answered(Match::yes); sure != flights_.end()) {
        if (sure->ticket->state_query) outlets_.event(message);
        return land(take_out(sure), {Reply::Fate::answered, message}, now);
    }
    const auto maybe = answered(Match::perhaps);
    if (maybe == flights_.end() || maybe->perhaps) return outlets_.event(message);
    maybe->perhaps = message;
    maybe->until = std::min(maybe->until, now + pauses_.patience);
    outlets_.changed();
}

Desk::Flight Desk::take_out(Flights::iterator which) {
    Flight flight = std::move(*which);
    flights_.erase(which);
    return flight;
}

// A request that was in flight is over.
void Desk::land(Flight flight, Reply reply, Moment now) {
    rests_until_[flight.ticket->request.interface()] = now + pauses_.same_gap;
    if (flight.perhaps) outlets_.event(*flight.perhaps);
    flight.ticket->done({std::move(reply), {}});
    outlets_.changed();
}

void Desk::give_up(Flights::iterator which, Moment now) {
    Flight flight = take_out(which);
    if (auto perhaps = std::exchange(flight.perhaps, {}))
        return land(std::move(flight), {Reply::Fate::answered, std::move(perhaps)}, now);
    forget_old(now);  // a scope that says nothing leaves debts all night
    if (!flight.debt_paid) debts_.push_back({flight.ticket->request, now + pauses_.late});
    if (habits_of(flight.ticket->request.interface()).answered) ++unanswered_;
    land(std::move(flight), {Reply::Fate::unknown, {}}, now);
}

bool Desk::expire_in(Tickets& tickets, Moment now) {
    Tickets over;
    std::erase_if(tickets, [&](const TicketPtr& ticket) {
        if (now < ticket->deadline) return false;
        over.push_back(ticket);
        return true;
    });
    // One that waits for its second sending has been sent.
    for (const TicketPtr& ticket : over)
        finish(ticket, ticket->sendings == 0 ? Reply::Fate::unsent : Reply::Fate::unknown);
    return !over.empty();
}

void Desk::expire(Moment now) {
    const auto overdue = [&] {
        return std::ranges::find_if(flights_, [&](const Flight& flight) { return flight.until <= now; });
    };
    // Sought anew each time: whoever is told of an end may change what is in flight.
    for (auto one = overdue(); one != flights_.end(); one = overdue()) give_up(one, now);
    const bool queries = expire_in(queries_, now);
    if (expire_in(waiting_, now) || queries) outlets_.changed();
}

std::optional<Moment> Desk::answer_due() const {
    std::optional<Moment> last;
    for (const Flight& flight : flights_)
        if (!flight.ticket->state_query) last = std::max(flight.until, last.value_or(flight.until));
    return last;
}

std::optional<Moment> Desk::next_deadline() const {
    std::optional<Moment> first;
    const auto look = [&](Moment moment) { first = first ? std::min(*first, moment) : moment; };
    for (const Flight& flight : flights_) look(flight.until);
    for (const TicketPtr& ticket : queries_) look(ticket->deadline);
    for (const TicketPtr& ticket : waiting_) look(ticket->deadline);
    return first;
}

void Desk::open() {
    open_ = true;
    outlets_.changed();
}

void Desk::hang_up(Moment now) {
    open_ = false;
    unanswered_ = 0;
    debts_.clear();  // a new connection brings no answers to the old one's requests
    for (const TicketPtr& query : std::exchange(queries_, {})) finish(query, Reply::Fate::unsent);
    Tickets again;  // what may be asked twice: an honest answer later is better than "unknown" now
    for (const Flight& flight : std::exchange(flights_, {})) {
        if (flight.perhaps) outlets_.event(*flight.perhaps);
        const TicketPtr& ticket = flight.ticket;
        const bool once_more = !ticket->state_query && ticket->sendings == 1 && now < ticket->deadline &&
                               habits_of(ticket->request.interface()).repeatable;
        if (once_more)
            again.push_back(ticket);
        else
            finish(ticket, Reply::Fate::unknown);
    }
    waiting_.insert(waiting_.begin(), again.begin(), again.end());
    outlets_.changed();
}

void Desk::refuse(std::string why) {
    refusal_ = std::move(why);
    if (refusal_.empty()) return;
    Flights queries;
    for (Flight& flight : std::exchange(flights_, {})) {
        if (flight.ticket->state_query) {
            queries.push_back(std::move(flight));
            continue;
        }
        if (flight.perhaps) outlets_.event(*flight.perhaps);  // it belongs to that request, not to a later one
        finish(flight.ticket, Reply::Fate::unknown, refusal_);
    }
    flights_.insert(flights_.begin(), queries.begin(), queries.end());
    for (const TicketPtr& ticket : std::exchange(waiting_, {})) finish(ticket, Reply::Fate::unsent, refusal_);
    outlets_.changed();
}

void Desk::close() {
    closed_ = true;
    unanswered_ = 0;
    const auto end = [](const TicketPtr& ticket) {
        finish(ticket, ticket->sendings == 0 ? Reply::Fate::unsent : Reply::Fate::unknown);
    };
    for (const Flight& flight : std::exchange(flights_, {})) end(flight.ticket);
    for (const TicketPtr& ticket : std::exchange(queries_, {})) end(ticket);
    for (const TicketPtr& ticket : std::exchange(waiting_, {})) end(ticket);
}

}  // namespace nightstack::device::dwarf
