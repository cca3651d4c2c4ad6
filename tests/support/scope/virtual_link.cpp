// SPDX-License-Identifier: MIT
#include "tests/support/scope/virtual_link.h"

#include <algorithm>

#include "device/dwarf/protocol/check.h"
#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/requests.h"

namespace nightstack::test {

using namespace device::dwarf;

namespace {

constexpr Milliseconds kBetweenConnects{500};
constexpr Milliseconds kPatience{1500};

}  // namespace

int VirtualLink::sent(int interface) const {
    return static_cast<int>(
        std::count_if(wire_.begin(), wire_.end(), [&](const Message& m) { return m.interface() == interface; }));
}

std::optional<Loss> VirtualLink::take_loss(int operation) {
    const auto found =
        std::find_if(losses_.begin(), losses_.end(), [&](const Loss& l) { return l.operation == operation; });
    if (found == losses_.end()) return {};
    const Loss loss = *found;
    losses_.erase(found);
    return loss;
}

void VirtualLink::drop(Milliseconds away, const std::string& why) {
    away_until_ = now_ + away;
    if (!connected_) return;
    connected_ = false;
    peer_.disconnect(now_);
    events_.push_back({Event::Kind::lost, now(), {}, why});
}

// As the session does: the state is asked for before anything else, its answer is an event as well.
bool VirtualLink::connect_now() {
    if (connected_) return true;
    if (now_ < away_until_ || !hears() || !peer_.connect(now_)) return false;
    connected_ = true;
    peer_.receive(request::working_state(), now_);
    if (ever_) events_.push_back({Event::Kind::back, now(), {}, "connected again"});
    ever_ = true;
    return true;
}

void VirtualLink::pump() {
    for (Peer::Out& out : peer_.take(now_)) {
        if (!connected_) continue;
        if (!out.message) {
            drop(Milliseconds{0}, "closed by the scope");
            continue;
        }
        if (!hears()) continue;
        const Match how = waiting_ != nullptr && !answer_ ? answers(*waiting_, *out.message) : Match::no;
        if (how == Match::yes) {
            answer_ = out.message;
            continue;
        }
        if (how == Match::perhaps && !perhaps_) {
            perhaps_ = out.message;
            perhaps_at_ = now_;
        }
        events_.push_back({Event::Kind::push, now(), std::move(out.message), ""});
    }
}

void VirtualLink::step_to(Milliseconds until) {
    Milliseconds next = until;
    if (const auto due = peer_.next_due()) next = std::min(next, std::max(*due, now_ + Milliseconds{1}));
    if (!plans_.empty()) next = std::min(next, std::max(plans_.begin()->first, now_));
    if (!connected_) next = std::min(next, now_ + kBetweenConnects);
    now_ = std::max(next, now_);
    while (!plans_.empty() && plans_.begin()->first <= now_) {
        const auto what = plans_.begin()->second;
        plans_.erase(plans_.begin());
        what();
    }
    connect_now();
    pump();
}

device::dwarf::Reply VirtualLink::ask(const Message& request, Milliseconds timeout) {
    check_request(request);
    const Milliseconds end = now_ + timeout;
    const std::optional<Loss> loss = take_loss(operations_++);
    if (loss && loss->when == Loss::When::before_sending) drop(loss->away);
    while (!connect_now()) {
        if (now_ >= end) return {Reply::Fate::unsent, {}};
        step_to(end);
    }
    pump();
    wire_.push_back(request);
    waiting_ = &request;
    answer_.reset();
    perhaps_.reset();
    if (!(loss && loss->when == Loss::When::on_the_way) && hears()) peer_.receive(request, now_);
    if (loss && loss->when != Loss::When::before_sending) drop(loss->away);
    pump();
    while (!answer_ && connected_ && now_ < end && !(perhaps_ && now_ >= perhaps_at_ + kPatience))
        step_to(perhaps_ ? std::min(end, perhaps_at_ + kPatience) : end);
    waiting_ = nullptr;
    if (!answer_ && connected_) answer_ = perhaps_;
    if (!answer_) return {Reply::Fate::unknown, {}};
    return {Reply::Fate::answered, std::exchange(answer_, {})};
}

std::optional<Event> VirtualLink::next_event(Moment until, const std::stop_token& stop) {
    const auto end = std::chrono::duration_cast<Milliseconds>(until - now()) + now_;
    while (events_.empty() && now_ < end && !stop.stop_requested()) step_to(end);
    if (events_.empty() || stop.stop_requested()) return {};
    Event event = std::move(events_.front());
    events_.pop_front();
    return event;
}

std::optional<std::string> VirtualLink::get(HttpPort port, std::string_view target, Milliseconds timeout) {
    if (port == HttpPort::control && now_ >= away_until_ && hears()) return peer_.get(target, now_);
    now_ += timeout;
    return {};
}

}  // namespace nightstack::test
