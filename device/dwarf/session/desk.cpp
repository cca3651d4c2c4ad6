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
    if (flying_) return {};
    std::deque<TicketPtr>& from = !queries_.empty() || !open_ ? queries_ : waiting_;
    if (from.empty()) return {};
    const Moment when = earliest(*from.front());
    if (now < when) return {nullptr, when};
    flying_ = from.front();
    from.pop_front();
    const Habits habits = habits_of(flying_->request.interface());
    flying_until_ = habits.doubtful ? std::min(flying_->deadline, now + pauses_.doubt) : flying_->deadline;
    debt_paid_in_flight_ = false;
    if (habits.isp) isp_until_ = now + pauses_.isp_gap;
    ++counts_.sent;
    if (++flying_->sendings > 1) ++counts_.resent;
    outlets_.changed();
    return {flying_, {}};
}

bool Desk::pay_debt(const Message& message, Moment now) {
    std::erase_if(debts_, [&](const Debt& debt) { return debt.until <= now; });
    const auto debt = std::find_if(debts_.begin(), debts_.end(),
                                   [&](const Debt& one) { return answers(one.request, message) == Match::yes; });
    if (debt == debts_.end()) return false;
    debt_paid_in_flight_ |= flying_ && flying_->request.interface() == debt->request.interface();
    debts_.erase(debt);
    ++counts_.late;
    return true;
}

void Desk::arrive(const Message& message, Moment now) {
    const bool late = pay_debt(message, now);
    const Match match = flying_ && !late ? answers(flying_->request, message) : Match::no;
    if (match == Match::yes) {
        if (flying_->state_query) outlets_.event(message);
        return land({Reply::Fate::answered, message}, now);
    }
    if (match == Match::perhaps && !perhaps_) {
        perhaps_ = message;
        flying_until_ = std::min(flying_until_, now + pauses_.patience);
        return outlets_.changed();
    }
    outlets_.event(message);
}

// The request in flight is over.
void Desk::land(Reply reply, Moment now) {
    const TicketPtr ticket = std::move(flying_);
    flying_.reset();
    rests_until_[ticket->request.interface()] = now + pauses_.same_gap;
    if (perhaps_) outlets_.event(*perhaps_);
    perhaps_.reset();
    ticket->done({std::move(reply), {}});
    outlets_.changed();
}

void Desk::give_up_flying(Moment now) {
    if (perhaps_) {
        Reply reply{Reply::Fate::answered, std::move(perhaps_)};
        perhaps_.reset();
        return land(std::move(reply), now);
    }
    if (!debt_paid_in_flight_) debts_.push_back({flying_->request, now + pauses_.late});
    land({Reply::Fate::unknown, {}}, now);
}

bool Desk::expire_in(std::deque<TicketPtr>& tickets, Moment now) {
    std::deque<TicketPtr> over;
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
    if (flying_ && flying_until_ <= now) give_up_flying(now);
    const bool queries = expire_in(queries_, now);
    if (expire_in(waiting_, now) || queries) outlets_.changed();
}

std::optional<Moment> Desk::answer_due() const {
    if (!flying_ || flying_->state_query) return {};
    return flying_until_;
}

std::optional<Moment> Desk::next_deadline() const {
    std::optional<Moment> first;
    const auto look = [&](Moment moment) { first = first ? std::min(*first, moment) : moment; };
    if (flying_) look(flying_until_);
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
    debts_.clear();  // a new connection brings no answers to the old one's requests
    for (const TicketPtr& query : std::exchange(queries_, {})) finish(query, Reply::Fate::unsent);
    if (flying_) {
        const TicketPtr ticket = std::move(flying_);
        flying_.reset();
        if (perhaps_) outlets_.event(*perhaps_);
        perhaps_.reset();
        // Once more, for what may be asked twice: an honest answer later is better than "unknown" now.
        const bool again = !ticket->state_query && ticket->sendings == 1 && now < ticket->deadline &&
                           habits_of(ticket->request.interface()).repeatable;
        if (again)
            waiting_.push_front(ticket);
        else
            finish(ticket, Reply::Fate::unknown);
    }
    outlets_.changed();
}

void Desk::refuse(std::string why) {
    refusal_ = std::move(why);
    if (refusal_.empty()) return;
    if (flying_ && !flying_->state_query) {
        const TicketPtr ticket = std::exchange(flying_, nullptr);
        if (perhaps_) outlets_.event(*perhaps_);
        perhaps_.reset();  // it belongs to that request, not to a later one
        finish(ticket, Reply::Fate::unknown, refusal_);
    }
    for (const TicketPtr& ticket : std::exchange(waiting_, {})) finish(ticket, Reply::Fate::unsent, refusal_);
    outlets_.changed();
}

void Desk::close() {
    closed_ = true;
    const auto end = [](const TicketPtr& ticket) {
        finish(ticket, ticket->sendings == 0 ? Reply::Fate::unsent : Reply::Fate::unknown);
    };
    perhaps_.reset();
    if (const TicketPtr ticket = std::exchange(flying_, nullptr)) end(ticket);
    for (const TicketPtr& ticket : std::exchange(queries_, {})) end(ticket);
    for (const TicketPtr& ticket : std::exchange(waiting_, {})) end(ticket);
}

}  // namespace nightstack::device::dwarf
