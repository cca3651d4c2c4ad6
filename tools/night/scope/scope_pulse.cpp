// SPDX-License-Identifier: MIT
#include "tools/night/scope/scope_pulse.h"

#include <utility>

#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {

using namespace device::dwarf;

namespace {

constexpr Milliseconds kTick{500};
constexpr Milliseconds kBetweenAsks{60'000};
constexpr Milliseconds kBetweenPhotoAsks{5'000};
constexpr Milliseconds kAnswer{4'000};
constexpr std::int64_t kMostGb = 1'000'000;

}  // namespace

void take_state(NightScope& scope, const jobs::ScopeState& state) {
    if (const auto percent = jobs::value_of(state.battery_percent)) scope.battery_percent = static_cast<int>(*percent);
    const auto free_gb = jobs::value_of(state.card_free_gb);
    if (free_gb && *free_gb >= 0 && *free_gb <= kMostGb)
        scope.card_free_bytes = static_cast<std::uint64_t>(*free_gb) * 1'000'000'000;
}

ScopePulse::ScopePulse(Scope& scope, ScopeShow& show, bool ask_photo, std::function<void()> tick)
    : scope_(scope),
      show_(show),
      ask_photo_(ask_photo),
      tick_(std::move(tick)),
      events_(scope.subscribe()),
      next_ask_(scope.now()),
      next_photo_(scope.now()) {}

void ScopePulse::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const Moment until = scope_.now() + kTick;
        while (const auto event = events_.next(until, stop)) take(*event);
        if (stop.stop_requested()) return;
        if (const bool now = scope_.connected(); now != online_) {
            online_ = now;
            show_.change([&](NightScope& shown) { shown.online = now; });
        }
        if (online_ && !foreign_) ask();
        if (tick_) tick_();
    }
}

void ScopePulse::take(const Event& event) {
    if (event.kind == Event::Kind::lost) {
        online_ = false;
        idle_answers_ = 0;
        idle_since_ = 0;
        show_.change([&](NightScope& shown) { shown.online = false; });
    }
    if (event.kind != Event::Kind::push || !event.message) return;
    state_.take(*event.message, event.at);
    show_.change([&](NightScope& shown) { take_state(shown, state_); });
}

void ScopePulse::ask() {
    try {
        if (ask_photo_ && scope_.now() >= next_photo_) ask_photo();
        if (scope_.now() < next_ask_) return;
        next_ask_ = scope_.now() + kBetweenAsks;
        for (const Message& question : {request::power(), request::card_size()}) {
            const Reply reply = scope_.ask(question, kAnswer);
            if (reply.message) state_.answered(question, *reply.message, scope_.now());
        }
        show_.change([&](NightScope& shown) { take_state(shown, state_); });
    } catch (const DeviceError&) {  // newer firmware: its files come all the same
        foreign_ = true;
    }
}

// One answer alone may be a late one to an older question.
void ScopePulse::ask_photo() {
    next_photo_ = scope_.now() + kBetweenPhotoAsks;
    const Reply reply = scope_.ask(request::working_state(), kAnswer);
    if (!reply.message) return;
    state_.take(*reply.message, scope_.now());
    const auto photo = jobs::value_of(state_.photo);
    show_.change([&](NightScope& shown) {
        take_state(shown, state_);
        if (!photo) return;
        shown.raw = *photo == PhotoState::raw;
        shown.doing = shown.raw ? "taking RAW frames" : "taking no frames";
    });
    if (!photo || *photo != PhotoState::idle) {
        idle_answers_ = 0;
        idle_since_ = 0;
    } else if (++idle_answers_ == 2) {
        idle_since_ = scope_.now().time_since_epoch().count();
    }
}

std::optional<Milliseconds> ScopePulse::idle_for() const {
    const Moment::rep since = idle_since_;
    if (since == 0) return {};
    return std::chrono::duration_cast<Milliseconds>(scope_.now() - Moment(Moment::duration(since)));
}

}  // namespace nightstack::tools
