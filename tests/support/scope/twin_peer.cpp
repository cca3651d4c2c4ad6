// SPDX-License-Identifier: MIT
#include "tests/support/scope/twin_peer.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "device/dwarf/protocol/json.h"

namespace nightstack::test {

using device::sim::Outgoing;

bool TwinPeer::connect(Milliseconds now) {
    now_ = now;
    client_ = twin_.connect(now);
    return client_.has_value();
}

void TwinPeer::disconnect(Milliseconds now) {
    if (client_) twin_.disconnect(*client_, now);
    client_.reset();
}

void TwinPeer::receive(const Message& message, Milliseconds now) {
    now_ = now;
    const auto other = answers_.find(message.interface());
    if (other != answers_.end()) return ready_.push_back(other->second);
    ++received_[message.interface()];
    if (client_) twin_.receive(*client_, device::dwarf::encode(message), false, now);
}

void TwinPeer::other_client(const Message& message, Milliseconds now) {
    const auto other = twin_.connect(now);
    if (!other) return;
    twin_.receive(*other, device::dwarf::encode(message), false, now);
    twin_.disconnect(*other, now);
}

std::vector<Peer::Out> TwinPeer::take(Milliseconds now) {
    now_ = now;
    std::vector<Out> out;
    for (; !ready_.empty(); ready_.pop_front()) out.push_back({ready_.front()});
    for (const Outgoing& one : twin_.take(now)) {
        if (one.to != device::sim::kEveryClient && one.to != client_) continue;
        if (one.what == Outgoing::What::close || one.what == Outgoing::What::drop) {
            client_.reset();
            out.push_back({});
        }
        if (one.what != Outgoing::What::text) continue;
        const Message message = device::dwarf::decode(one.bytes);
        for (Message& m : filter_ ? filter_(message) : std::vector<Message>{message}) out.push_back({std::move(m)});
    }
    return out;
}

std::optional<Milliseconds> TwinPeer::next_due() const {
    if (!ready_.empty()) return now_;
    return twin_.next_due();
}

std::optional<std::string> TwinPeer::get(std::string_view target, Milliseconds now) {
    const auto answer = twin_.get(device::sim::HttpService::control, target, now);
    if (answer.status != 200) return {};
    return answer.body;
}

double TwinPeer::truth(const std::string& path, Milliseconds now) const {
    std::string pointer = "/" + path;
    for (char& c : pointer) c = c == '.' ? '/' : c;
    const auto state = nlohmann::json::parse(twin_.state_json(now));
    const nlohmann::json::json_pointer at(pointer);
    if (!state.contains(at)) return std::numeric_limits<double>::quiet_NaN();
    const auto& value = state.at(at);
    if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
    return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

int TwinPeer::carried_out(int interface) const {
    const auto found = received_.find(interface);
    return found == received_.end() ? 0 : found->second;
}

}  // namespace nightstack::test
