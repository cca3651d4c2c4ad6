// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/driver.h"

#include <algorithm>

#include "device/dwarf/protocol/quirks.h"
#include "device/dwarf/protocol/replies.h"
#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::device::dwarf::jobs {
namespace {

constexpr Milliseconds kBetweenTries{1000};
constexpr int kMostQueued = 1000;
constexpr int kWorkingState = 10022;
constexpr Milliseconds kLeastStop{5000};  // a stop and one look

}  // namespace

std::int64_t Sent::code() const { return message ? code_of(*message).value_or(0) : 0; }

Driver::Driver(ScopeLink& link, ScopeState& state, std::stop_token stop, ProgressTo progress)
    : link_(link), state_(state), stop_(std::move(stop)), progress_(std::move(progress)), stop_heard_(stop_, [this] {
          stop_limit_ = (link_.now() + kStopTime).time_since_epoch().count();
      }) {}

std::optional<Moment> Driver::stop_limit() const {
    const Moment::rep limit = stop_limit_;
    if (limit == kNoLimit) return {};
    return Moment(Moment::duration(limit));
}

Milliseconds Driver::stop_time() const {
    const std::optional<Moment> limit = stop_limit();
    if (!limit) return kStopTime;
    return std::clamp(std::chrono::duration_cast<Milliseconds>(*limit - now()), kLeastStop, kStopTime);
}

// Bounded, since a scope may push faster than we read.
void Driver::catch_up() {
    for (int i = 0; i < kMostQueued && hear(now(), {}); ++i) {
    }
}

Sent Driver::send(const Message& request, Milliseconds timeout) {
    catch_up();
    // A no on old knowledge is asked about once; of the wide camera 10022 tells nothing.
    const bool wide_closed = lens_of(request) == Lens::wide && value_of(state_.wide_camera) == CameraState::closed;
    if (refuse(state_, request) && !state_.shut_down)
        pass(wide_closed ? request::wide_state() : request::working_state(), timeout);
    if (auto refusal = refuse(state_, request)) return {Sent::Fate::refused, {}, std::move(refusal)};
    return pass(request, timeout);
}

Sent Driver::pass(const Message& request, Milliseconds timeout) {
    Reply reply;
    try {
        reply = link_.ask(request, timeout);
    } catch (const OptionError& error) {
        return {Sent::Fate::refused, {}, Refusal{{}, error.what()}};
    }
    catch_up();  // older than the answer: a loss on the way must not wipe out what the answer tells
    if (reply.fate == Reply::Fate::unsent) return {Sent::Fate::unsent, {}, {}};
    if (reply.fate == Reply::Fate::unknown || !reply.message) return {Sent::Fate::unknown, {}, {}};
    met_ = true;
    state_.answered(request, *reply.message, now());
    return {Sent::Fate::answered, std::move(reply.message), {}};
}

Sent Driver::insist(const Message& request, Milliseconds within) { return insist_while(request, within, stop_); }
Sent Driver::insist_on(const Message& request, Milliseconds within) { return insist_while(request, within, {}); }

Sent Driver::insist_while(const Message& request, Milliseconds within, const std::stop_token& stop) {
    const Moment end = now() + within;
    for (;;) {
        const auto left = std::chrono::duration_cast<Milliseconds>(end - now());
        Sent sent = send(request, std::clamp(left, kBetweenTries, kAnswerTime));
        if (sent.fate == Sent::Fate::answered || sent.fate == Sent::Fate::refused) return sent;
        if (now() + kBetweenTries >= end || stop.stop_requested()) return sent;
        rest_on(kBetweenTries);
    }
}

std::optional<Event> Driver::hear(Moment until, const std::stop_token& stop) {
    std::optional<Event> event = link_.next_event(until, stop);
    if (!event) return event;
    // A working state that nobody waits for is a late or doubled answer, older than what is known.
    const bool stale = event->message && event->message->interface() == kWorkingState;
    if (event->kind == Event::Kind::push && event->message && !stale) state_.take(*event->message, event->at);
    if (event->kind == Event::Kind::lost) {
        state_.lost();
        ++losses_;
        lost_ = true;
        notice((met_ ? "connection to the scope lost (" : "no connection to the scope yet (") + printable(event->text) +
               (met_ ? "); waiting for it to come back" : "); trying on"));
    }
    if (event->kind == Event::Kind::back) {
        lost_ = false;
        state_.back();
        notice(met_ ? "the scope is back" : "the scope is there");
    }
    return event;
}

std::optional<Event> Driver::listen(Moment until) { return hear(until, stop_); }
std::optional<Event> Driver::listen_on(Moment until) { return hear(until, {}); }

bool Driver::rest(Milliseconds time) {
    const Moment end = now() + time;
    while (!stop_asked() && now() < end) listen(end);
    return !stop_asked();
}

void Driver::rest_on(Milliseconds time) {
    const Moment end = now() + time;
    while (now() < end) listen_on(end);
}

bool Driver::refresh(Milliseconds within) { return send(request::working_state(), within).answered(); }

void Driver::step(std::string words) {
    if (progress_) progress_({Progress::Kind::step, std::move(words), {}, {}});
}
void Driver::notice(std::string words) {
    if (progress_) progress_({Progress::Kind::notice, std::move(words), {}, {}});
}
void Driver::count(std::string words, std::int64_t done, std::int64_t total) {
    if (progress_) progress_({Progress::Kind::count, std::move(words), done, total});
}

Outcome trouble(const Sent& sent, const std::string& doing) {
    switch (sent.fate) {
        case Sent::Fate::refused: {
            Outcome no = failed(doing + " was not sent: " + sent.refusal->words);
            if (sent.refusal->code) no.code = *sent.refusal->code;
            return no;
        }
        case Sent::Fate::unsent:
            return failed(doing +
                          " was not sent: no connection to the scope. Is it on, and this computer in its Wi-Fi?");
        case Sent::Fate::unknown:
            return unknown(doing + " was sent, but the scope gave no answer; whether it was done is not known");
        case Sent::Fate::answered: break;
    }
    return failed_with(sent.code(), doing);
}

std::optional<Outcome> meet(Driver& driver, const std::string& doing) {
    const Sent state = driver.insist(request::working_state());
    if (driver.stop_asked()) return stopped(doing + " was stopped before it began");
    if (state.answered()) return {};
    if (state.fate != Sent::Fate::unknown) return trouble(state, doing);
    return failed(doing + " was not sent: the scope does not answer the question what it does");
}

}  // namespace nightstack::device::dwarf::jobs
