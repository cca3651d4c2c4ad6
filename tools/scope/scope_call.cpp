// SPDX-License-Identifier: MIT
#include "tools/scope/scope_call.h"

#include <limits>
#include <nlohmann/json.hpp>

#include "device/dwarf/protocol/codes.h"
#include "device/dwarf/protocol/requests.h"
#include "device/dwarf/session/scope.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/cli/exit_code.h"
#include "tools/scope/scope_reach.h"

namespace nightstack::tools {

using namespace device::dwarf;
using jobs::Driver;
using jobs::Outcome;
using jobs::Progress;
using jobs::Sent;

namespace {

constexpr Milliseconds kMeeting{6000};  // three seconds to connect, three to answer
constexpr int kNoes = 2;                // half a second apart: no first no is the last word
constexpr const char* kWaitHint = "? If it is just starting, --wait 60 waits for it. ";

// `host` as the user wrote it, with its port.
std::string looks_closer(const std::string& host) {
    return "nightstack doctor --host " + printable(host) + " looks closer";
}

WireTap tap_of(WireWriter* recording) {
    if (recording == nullptr) return {};
    return [recording](const WireRecord& record) {
        const auto way = record.way == WireRecord::Way::sent       ? WireLine::Way::sent
                         : record.way == WireRecord::Way::received ? WireLine::Way::received
                                                                   : WireLine::Way::note;
        recording->add(way, record.bytes, record.binary);
    };
}

std::string_view outcome_word(Outcome::Kind kind) {
    switch (kind) {
        case Outcome::Kind::done: return "done";
        case Outcome::Kind::failed: return "failed";
        case Outcome::Kind::stopped: return "stopped";
        case Outcome::Kind::unknown: break;
    }
    return "unknown";
}

}  // namespace

std::string json_text(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string event_line(std::string_view event, const JsonMembers& members) {
    std::string line = "{\"event\":" + json_text(event);
    for (const auto& [name, value] : members) line += "," + json_text(name) + ":" + value;
    return line + "}";
}

ScopeCall::ScopeCall(std::string verb, const ScopeFlags& options, const std::stop_token& stop)
    : verb_(std::move(verb)), options_(options), stop_(stop), talk_(options.loudness(), options.json) {
    const ScopePlace place = options_.place();
    (void)options_.zone_or_system();  // refused before a scope is asked
    if (options_.mask && options_.record.empty())
        talk_.warn("--mask has nothing to do: it is for a recording, --record FILE");
    if (!options_.record.empty())
        recording_ = std::make_unique<WireWriter>(options_.record, options_.mask, std::vector{place.host});
    scope_ = std::make_unique<Scope>(address_of(place), device::dwarf::ScopeOptions{}, tap_of(recording_.get()));
    driver_ = std::make_unique<Driver>(*scope_, state_, stop_, progress());
}

ScopeCall::~ScopeCall() = default;

ScopeLink& ScopeCall::link() { return *scope_; }

jobs::ProgressTo ScopeCall::progress() {
    return [this](const Progress& p) { show(p); };
}

void ScopeCall::show(const Progress& p) {
    const std::string words = printable(p.words);
    static constexpr std::string_view kKinds[] = {"step", "count", "notice"};
    JsonMembers members = {{"verb", json_text(verb_)},
                           {"kind", json_text(kKinds[static_cast<std::size_t>(p.kind)])},
                           {"text", json_text(words)}};
    if (p.done) members.emplace_back("done", std::to_string(*p.done));
    if (p.total) members.emplace_back("total", std::to_string(*p.total));
    talk_.event(event_line("progress", members));
    std::string line = words;
    if (p.done && p.total) line += ": " + std::to_string(*p.done) + " of " + std::to_string(*p.total);
    if (p.kind == Progress::Kind::notice)
        talk_.warn(line);
    else if (p.kind == Progress::Kind::count && talk_.animated())
        talk_.status(line);
    else
        talk_.say(line);
}

std::string ScopeCall::where() const {
    const ScopePlace place = options_.place();
    return printable(place.host) + ":" + std::to_string(place.ports.ws);
}

void ScopeCall::reach() {
    const Milliseconds wait(static_cast<std::int64_t>(options_.wait_s * 1000));
    const Moment begin = scope_->now();
    bool known = false;
    if (wait.count() > 0) {
        talk_.status("waiting for the scope at " + where());
        known = scope_->wait_until_known(begin + wait, stop_, std::numeric_limits<int>::max());
        talk_.status("");
    }
    known = known || scope_->wait_until_known(begin + kMeeting, stop_, kNoes);
    if (stop_.stop_requested()) throw Interrupted();
    if (known) return;
    const Obstacle obstacle = scope_->obstacle();
    if (obstacle.kind == Obstacle::Kind::foreign) return;  // the first request says it in words
    throw DeviceError(no_connection(obstacle.kind, where()) + (wait.count() > 0 ? "? " : kWaitHint) +
                      looks_closer(options_.host));
}

void ScopeCall::meet() {
    reach();
    if (driver_->refresh(kMeeting)) return;
    if (stop_.stop_requested()) throw Interrupted();
    throw DeviceError("the scope at " + where() +
                      " does not answer; another program may be busy with it, or its firmware speaks another language "
                      "(2.0 and newer). " +
                      looks_closer(options_.host));
}

int ScopeCall::finish(const Outcome& outcome, const JsonMembers& more) {
    talk_.status("");
    const std::string words = printable(outcome.words);
    JsonMembers members = {{"verb", json_text(verb_)}, {"outcome", json_text(outcome_word(outcome.kind))}};
    if (outcome.code) {
        members.emplace_back("code", std::to_string(*outcome.code));
        if (const Code* code = find_code(*outcome.code)) members.emplace_back("name", json_text(code->name));
    }
    members.emplace_back("text", json_text(words));
    members.insert(members.end(), more.begin(), more.end());
    talk_.event(event_line("result", members));
    close_recording();
    // Stopped is what was asked for, unless Ctrl-C was what asked.
    const bool as_asked = outcome.kind == Outcome::Kind::stopped && !stop_.stop_requested();
    if (outcome.kind == Outcome::Kind::done || as_asked) {
        if (!options_.json) talk_.result(words + "\n");
        return kDone;
    }
    talk_.warn(words);
    if (stop_.stop_requested()) throw Interrupted();
    return kDevice;
}

// The session's last words belong into it.
void ScopeCall::close_recording() {
    if (!recording_) return;
    driver_.reset();
    scope_.reset();
    recording_->close();
}

int ScopeCall::end_recording(const std::string& words) {
    close_recording();
    talk_.event(
        event_line("result", {{"verb", json_text(verb_)}, {"outcome", json_text("done")}, {"text", json_text(words)}}));
    if (!options_.json) talk_.result(words + "\n");
    return kDone;
}

Reply ScopeCall::ask_unchecked(const Message& request, Milliseconds timeout) {
    return scope_->ask_unchecked(request, timeout);
}

int ScopeCall::command(const Message& request, const std::string& doing, const std::string& done) {
    const Sent sent = driver_->send(request);
    if (sent.answered() && sent.code() == 0) return finish(jobs::done(done));
    return finish(jobs::trouble(sent, doing));
}

}  // namespace nightstack::tools
