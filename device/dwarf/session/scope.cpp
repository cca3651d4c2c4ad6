// SPDX-License-Identifier: MIT
#include "device/dwarf/session/scope.h"

#include <algorithm>

#include "device/dwarf/protocol/check.h"
#include "device/dwarf/protocol/http_calls.h"
#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/session/engine-inl.h"
#include "device/dwarf/session/http_date.h"
#include "device/dwarf/session/http_target.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::device::dwarf {
namespace {

void check_port(const char* name, int port) {
    if (port < 1 || port > 65535)
        throw OptionError(std::string("scope: ") + name + " " + std::to_string(port) + " is not from 1 to 65535");
}

// Letters of names and of addresses in numbers, with the zone of an IPv6 one.
void check(const ScopeAddress& address) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view(".-_:%").find(c) != std::string_view::npos;
    };
    const std::string& host = address.host;
    if (host.empty() || host.size() > 253 || !std::all_of(host.begin(), host.end(), fits))
        throw OptionError("scope: \"" + printable(host.substr(0, 80)) + "\" is no host name or address");
    check_port("WebSocket port", address.ws_port);
    check_port("HTTP port", address.http_port);
    check_port("version port", address.version_port);
}

}  // namespace

Scope::Scope(const ScopeAddress& address, const ScopeOptions& options, WireTap tap) {
    check(address);
    engine_ = std::make_unique<Engine>(address, options, std::move(tap));
}

Scope::~Scope() = default;

Reply Scope::ask(const Message& request, Milliseconds timeout) {
    check_request(request, Unknown::allowed);
    return ask_unchecked(request, timeout);
}

Reply Scope::ask_unchecked(const Message& request, Milliseconds timeout) {
    const Interface* row = find_interface(request.interface());
    if (row != nullptr && !row->offered)
        throw OptionError("scope: " + std::to_string(request.interface()) + " is never sent from here");
    Outcome outcome = engine_->ask(request, timeout);
    if (!outcome.refusal.empty()) throw DeviceError(outcome.refusal);
    return std::move(outcome.reply);
}

std::optional<Event> Scope::next_event(Moment until, const std::stop_token& stop) {
    return engine_->next_event(until, stop);
}

Subscription Scope::subscribe(std::size_t most_pushes) { return engine_->subscribe(most_pushes); }

std::optional<std::string> Scope::get(HttpPort port, std::string_view target, Milliseconds timeout) {
    auto answer = engine_->get(port, http_target(port, target), timeout);
    if (!answer || answer->status != 200) return {};
    return std::move(answer->body);
}

std::optional<Utc> Scope::http_clock(Milliseconds timeout) {
    const auto answer = engine_->get(HttpPort::control, http_target(HttpPort::control, kStayAliveTarget), timeout);
    if (!answer) return {};
    return utc_of_http_date(answer->date);
}

Moment Scope::now() const { return std::chrono::steady_clock::now(); }

bool Scope::connected() const { return engine_->connected(); }

bool Scope::wait_until_known(Moment until, const std::stop_token& stop, int most_noes) {
    return engine_->wait_until_known(until, stop, most_noes);
}

Obstacle Scope::obstacle() const { return engine_->obstacle(); }

ScopeCounters Scope::counters() const { return engine_->counters(); }

}  // namespace nightstack::device::dwarf
