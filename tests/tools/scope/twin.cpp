// SPDX-License-Identifier: MIT
#include "tests/tools/scope/twin.h"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "tests/io/http/raw_client.h"
#include "tests/support/small_night.h"

namespace nightstack::test {

using nlohmann::json;

Twin::Twin(const Words& words) {
    Words all = {"sim",    "--json",   "--ports", "ws=0,http=0,version=0,control=0",
                 "--site", "48,9,300", "--until", "seconds=110"};
    // What is drawn and written costs time: only for those who ask.
    if (std::ranges::find(words, "--card") == words.end()) all.insert(all.end(), {"--card", "none"});
    all.insert(all.end(), words.begin(), words.end());
    pid_ = world_.start(all, "sim");
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    std::string out;
    while ((out = read_bytes(world_ / "sim.out")).find('\n') == std::string::npos) {
        if (std::chrono::steady_clock::now() > end) throw std::runtime_error("the twin did not start");
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    ports_ = json::parse(lines_of(out).front())["ports"];
}

Twin::~Twin() {
    ::kill(pid_, SIGTERM);
    thaw();
    world_.wait(pid_, "sim");
}

Words Twin::address() const {
    std::string ports;
    for (const auto& [name, port] : ports_.items()) ports += (ports.empty() ? "" : ",") + name + "=" + port.dump();
    return {"--host", "127.0.0.1", "--ports", ports, "--site", "48,9,300", "--zone", "Europe/Berlin", "--trust-clock"};
}

Finished Twin::scope(Words words) const { return world_.wait(start(std::move(words), "call"), "call"); }

pid_t Twin::start(Words words, const std::string& name) const {
    words.insert(words.begin(), "scope");
    const Words address = this->address();
    words.insert(words.end(), address.begin(), address.end());
    return world_.start(words, name);
}

json Twin::event(const Words& words, const std::string& event) const {
    Words all = words;
    all.emplace_back("--json");
    json last;
    for (const std::string& line : lines_of(scope(all).out)) {
        json j = json::parse(line);
        if (j["event"] == event) last = std::move(j);
    }
    return last;
}

std::string Twin::status(const std::string& property) const {
    const json all = event({"status"}, "status");
    return all.contains(property) && all[property].is_string() ? all[property].get<std::string>() : "";
}

void Twin::freeze() const { ::kill(pid_, SIGSTOP); }
void Twin::thaw() const { ::kill(pid_, SIGCONT); }

json Twin::answer_of(const std::string& request) const {
    io::test::RawClient client(static_cast<std::uint16_t>(port("control")));
    client.send(request);
    const std::string answer = client.read_all();
    return json::parse(answer.substr(answer.find("\r\n\r\n") + 4));
}

json Twin::control(const std::string& target) const {
    return answer_of("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port("control")) +
                     "\r\nConnection: close\r\n\r\n");
}

void Twin::post(const std::string& target, const json& value) const {
    const std::string body = value.dump();
    const json answer = answer_of("POST " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port("control")) +
                                  "\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: " +
                                  std::to_string(body.size()) + "\r\n\r\n" + body);
    if (answer.contains("error")) throw std::runtime_error(answer.dump());
}

json Twin::state() const { return control("/sim/state"); }

int Twin::received(int interface) const {
    const json events = control("/sim/events?since=0")["events"];
    int count = 0;
    for (const json& event : events) {
        if (event["kind"] != "received") continue;
        const json message = json::parse(event["text"].get<std::string>(), nullptr, false);
        count += message.is_object() && message.value("interface", 0) == interface ? 1 : 0;
    }
    return count;
}

}  // namespace nightstack::test
