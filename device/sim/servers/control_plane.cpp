// SPDX-License-Identifier: MIT
#include "device/sim/servers/control_plane.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "pipeline/core/error.h"

namespace nightstack::device::sim {
namespace {

using Json = nlohmann::json;

constexpr const char* kType = "application/json";

io::HttpResponse json(std::string body, unsigned status = 200) { return {status, kType, std::move(body) + "\n", {}}; }

// Foreign bytes may stand in the text; what is no UTF-8 is replaced.
io::HttpResponse refusal(unsigned status, const std::string& text) {
    return json(Json{{"error", text}}.dump(-1, ' ', false, Json::error_handler_t::replace), status);
}

bool is_reading(std::string_view path) { return path == "/sim/state" || path == "/sim/events" || path == "/sim/clock"; }

bool is_action(std::string_view path) {
    return path == "/sim/fault" || path == "/sim/power" || path == "/sim/clock" || path == "/sim/quit";
}

}  // namespace

ControlPlane::ControlPlane(SimDevice& device, Pump& pump, std::function<void()> quit)
    : device_(device), pump_(pump), quit_(std::move(quit)) {}

io::HttpResponse ControlPlane::answer(const io::HttpRequest& request) {
    const std::string_view path = request.path();
    const bool reading = request.method == "GET" || request.method == "HEAD";
    if (reading && is_reading(path)) return read(request);
    if (!is_reading(path) && !is_action(path))
        return refusal(
            404, "GET /sim/state /sim/events?since=N /sim/clock, POST /sim/fault /sim/power /sim/clock /sim/quit");
    if (request.method != "POST" || !is_action(path)) {
        io::HttpResponse no = refusal(405, request.method + " is not for " + std::string(path));
        no.headers.emplace_back("Allow", !is_action(path)   ? "GET, HEAD"
                                         : is_reading(path) ? "GET, HEAD, POST"
                                                            : "POST");
        return no;
    }
    try {
        return act(request);
    } catch (const FormatError& e) {
        return refusal(400, e.what());
    } catch (const OptionError& e) {
        return refusal(400, e.what());
    }
}

io::HttpResponse ControlPlane::read(const io::HttpRequest& request) {
    if (request.path() == "/sim/state") return json(device_.state_json(pump_.now()));
    if (request.path() == "/sim/clock") return clock();
    return events(request);
}

io::HttpResponse ControlPlane::events(const io::HttpRequest& request) const {
    const std::string since = request.parameter("since").value_or("0");
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(since.data(), since.data() + since.size(), number);
    if (error != std::errc() || end != since.data() + since.size())
        return refusal(400, "since=" + since + ": the number of an event expected");
    return json(device_.events_json(number));
}

io::HttpResponse ControlPlane::clock() const {
    return json(
        Json{{"speed", pump_.speed()}, {"time_ms", pump_.now().count()}, {"lost_ms", pump_.lost().count()}}.dump());
}

io::HttpResponse ControlPlane::act(const io::HttpRequest& request) {
    if (request.path() == "/sim/quit") {
        quit_();
        return json(R"({"ok":true})");
    }
    if (request.path() == "/sim/clock") {
        set_clock(request.body);
        return clock();
    }
    if (request.path() == "/sim/power")
        device_.set_power(request.body, pump_.now());
    else
        device_.add_fault(request.body, pump_.now());
    return json(R"({"ok":true})");
}

void ControlPlane::set_clock(const std::string& body) {
    const Json value = Json::parse(body, nullptr, false);
    if (!value.is_object() || value.size() != 1 || !value.contains("speed") || !value["speed"].is_number())
        throw FormatError(R"(/sim/clock: {"speed":X} expected)");
    pump_.set_speed(value["speed"].get<double>());
}

}  // namespace nightstack::device::sim
