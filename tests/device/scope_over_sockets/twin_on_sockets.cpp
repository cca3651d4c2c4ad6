// SPDX-License-Identifier: MIT
#include "tests/device/scope_over_sockets/twin_on_sockets.h"

#include <chrono>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "tests/io/http/raw_client.h"

namespace nightstack::device::test {

using nlohmann::json;

TwinOnSockets::TwinOnSockets(double speed) {
    sim::TwinOptions twin;
    twin.site = kSite;
    twin.switched_on = kEvening;
    sim::TwinServersOptions options;
    options.ports = {0, 0, 0, 0};
    options.speed = speed;
    servers_ = std::make_unique<sim::TwinServers>(sim::make_twin(twin), options);
}

dwarf::ScopeAddress TwinOnSockets::address() const {
    const sim::ServerPorts ports = servers_->ports();
    return {"127.0.0.1", ports.ws, ports.http, ports.version};
}

std::string TwinOnSockets::call(const std::string& method, const std::string& target, const std::string& body) const {
    const std::uint16_t port = servers_->ports().control;
    io::test::RawClient client(port);
    client.send(method + " " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) +
                "\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    const std::string answer = client.read_all();
    if (!answer.starts_with("HTTP/1.1 200 ")) throw std::runtime_error(target + ": " + answer);
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

double TwinOnSockets::truth(const std::string& path) const {
    std::string pointer = "/" + path;
    for (char& c : pointer) c = c == '.' ? '/' : c;
    const json state = json::parse(call("GET", "/sim/state"));
    const json::json_pointer at(pointer);
    const json value = state.contains(at) ? state.at(at) : json();
    if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
    return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

bool TwinOnSockets::reaches(const std::string& path, double at_least) const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!(truth(path) >= at_least)) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return true;
}

int TwinOnSockets::received(int interface) const {
    const json events = json::parse(call("GET", "/sim/events?since=0"))["events"];
    // The log keeps the last 2,000: what has left it cannot be counted.
    if (events.empty() || events.front()["seq"] != 1) throw std::runtime_error("/sim/events: the first ones are gone");
    int count = 0;
    for (const json& event : events) {
        if (event["kind"] != "received") continue;
        const json message = json::parse(event["text"].get<std::string>(), nullptr, false);
        count += message.is_object() && message.value("interface", 0) == interface ? 1 : 0;
    }
    return count;
}

dwarf::Utc TwinOnSockets::utc() const {
    return kEvening + std::chrono::milliseconds(json::parse(call("GET", "/sim/clock"))["time_ms"].get<std::int64_t>());
}

void TwinOnSockets::fault(const std::string& json_text) const { call("POST", "/sim/fault", json_text); }

void TwinOnSockets::set_speed(double speed) const {
    call("POST", "/sim/clock", R"({"speed":)" + std::to_string(speed) + "}");
}

}  // namespace nightstack::device::test
