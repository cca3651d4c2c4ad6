// SPDX-License-Identifier: MIT
#include "tests/device/sim/servers/fake_device.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>

#include "pipeline/core/error.h"

namespace nightstack::device::sim::test {

std::optional<ClientId> FakeDevice::connect(SimTime) {
    if (refusing_ || off_) return std::nullopt;
    clients_.insert(++last_);
    return last_;
}

void FakeDevice::disconnect(ClientId client, SimTime) { clients_.erase(client); }

void FakeDevice::receive(ClientId client, std::string_view bytes, bool binary, SimTime now) {
    const auto argument = [&](std::string_view word) { return std::string(bytes.substr(word.size())); };
    Outgoing out{client, binary ? Outgoing::What::binary : Outgoing::What::text, std::string(bytes)};
    if (bytes.starts_with("all ")) out = {kEveryClient, Outgoing::What::text, argument("all ")};
    if (bytes.starts_with("binary ")) out = {client, Outgoing::What::binary, argument("binary ")};
    if (bytes == "close") out = {client, Outgoing::What::close, ""};
    if (bytes == "drop") out = {client, Outgoing::What::drop, ""};
    if (bytes == "refuse") refusing_ = true;
    if (bytes == "off") off_ = true;
    if (bytes == "mute") mute_ = true;
    if (bytes == "card") visible = !visible;
    if (bytes.starts_with("expose ")) {
        Exposed exposed;
        exposed.index = std::stoi(argument("expose "));
        expose(now, std::move(exposed));
    }
    schedule(now + delay, std::move(out));
}

std::optional<std::string> FakeDevice::pong(ClientId, std::string_view, SimTime) {
    return mute_ ? std::nullopt : std::optional<std::string>("");
}

std::vector<Outgoing> FakeDevice::take(SimTime now) {
    handed_.push_back(now);
    std::vector<Outgoing> out;
    while (!due_.empty() && due_.begin()->first <= now) {
        out.push_back(std::move(due_.begin()->second));
        due_.erase(due_.begin());
    }
    while (!exposures_.empty() && exposures_.begin()->first <= now) {
        exposed_.push_back(std::move(exposures_.begin()->second));
        exposures_.erase(exposures_.begin());
    }
    if (!out.empty() && work.count() > 0) std::this_thread::sleep_for(work);
    return out;
}

std::optional<SimTime> FakeDevice::next_due() const {
    if (due_.empty() && exposures_.empty()) return std::nullopt;
    const SimTime never = SimTime::max();
    return std::min(due_.empty() ? never : due_.begin()->first, exposures_.empty() ? never : exposures_.begin()->first);
}

HttpAnswer FakeDevice::get(HttpService service, std::string_view target, SimTime) {
    if (refusing_) return {0, "", ""};
    const std::string name = service == HttpService::control ? "control " : "version ";
    return {target == "/none" ? 404 : 200, "text/x-fake", name + std::string(target)};
}

std::string FakeDevice::state_json(SimTime now) const {
    return nlohmann::json{
        {"now_ms", now.count()}, {"clients", clients_.size()}, {"faults", faults_}, {"power", power_}, {"off", off_}}
        .dump();
}

std::string FakeDevice::events_json(std::uint64_t since) const { return "[" + std::to_string(since) + "]"; }

void FakeDevice::add_fault(std::string_view json, SimTime) {
    if (json == "no") throw OptionError("fault: \xFF is no name");
    if (json.empty()) throw FormatError("fault: nothing there");
    faults_ += json;
}

}  // namespace nightstack::device::sim::test
