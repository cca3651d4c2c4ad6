// SPDX-License-Identifier: MIT
#include "tools/scope/watching.h"

#include <algorithm>
#include <cstdio>
#include <ctime>

#include "device/dwarf/protocol/json.h"
#include "device/dwarf/protocol/requests.h"
#include "pipeline/core/printable.h"
#include "tools/scope/message_text.h"

namespace nightstack::tools {

using namespace device::dwarf;

namespace {

constexpr Milliseconds kAskAgain{5000};
constexpr Milliseconds kLongestWait{3600000};

std::string local_time() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::localtime_r(&now, &parts);
    char text[16];
    const std::size_t n = std::strftime(text, sizeof text, "%H:%M:%S", &parts);
    return {text, n};
}

std::string seconds_text(Moment from, Moment to) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", std::chrono::duration<double>(to - from).count());
    return text;
}

void tell(ScopeCall& call, const Event& event, Moment begin) {
    const bool push = event.kind == Event::Kind::push && event.message;
    const char* kind = push ? "push" : event.kind == Event::Kind::lost ? "lost" : "back";
    JsonMembers members = {{"t", seconds_text(begin, event.at)}};
    if (push) {
        members.emplace_back("interface", std::to_string(event.message->interface()));
        members.emplace_back("message", encode(*event.message));
    }
    const std::string text = push ? message_text(*event.message) : std::string(kind) + ": " + printable(event.text);
    members.emplace_back("text", json_text(text));
    if (call.options().json)
        call.talk().event(event_line(kind, members));
    else
        call.talk().result(local_time() + " " + text + "\n");
}

}  // namespace

std::int64_t watch(ScopeCall& call, Until until) {
    const Moment begin = call.link().now();
    until.begin(begin);
    std::int64_t pushes = 0;
    Moment ask = begin;
    while (!call.stop().stop_requested() && !until.over(call.link().now())) {
        if (until.wants_state() && call.link().now() >= ask) {
            const Reply reply = call.link().ask(request::working_state(), jobs::kAnswerTime);
            if (reply.message) until.take(*reply.message);
            ask = call.link().now() + kAskAgain;
            continue;
        }
        Moment wait = until.deadline().value_or(call.link().now() + kLongestWait);
        if (until.wants_state()) wait = std::min(wait, ask);
        const auto event = call.link().next_event(wait, call.stop());
        if (!event) continue;
        tell(call, *event, begin);
        if (event->kind != Event::Kind::push || !event->message) continue;
        ++pushes;
        until.take(*event->message);
    }
    return pushes;
}

}  // namespace nightstack::tools
