// SPDX-License-Identifier: MIT
#include "device/sim/twin/http.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "pipeline/core/percent.h"

namespace nightstack::device::sim {
namespace {

constexpr std::size_t kLongestTarget = 2048;

std::optional<std::string> parameter(std::string_view target, std::string_view name) {
    const auto question = target.find('?');
    if (question == std::string_view::npos) return {};
    std::string_view rest = target.substr(question + 1);
    while (!rest.empty()) {
        const std::string_view one = rest.substr(0, rest.find('&'));
        const auto equals = one.find('=');
        if (one.substr(0, equals) == name)
            return percent_decoded(equals == std::string_view::npos ? "" : one.substr(equals + 1));
        rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    }
    return {};
}

HttpAnswer result(int code) { return {200, "application/json", "{\"result\":" + std::to_string(code) + "}"}; }

// Apps send an empty date every 90 s to keep the connection; what comes back they do not look at.
HttpAnswer set_date(Body& body, std::string_view target) {
    const auto utc = parse_date(parameter(target, "date").value_or(""));
    if (!utc) return result(-1);
    body.clock.error = std::chrono::duration_cast<std::chrono::milliseconds>(*utc - sky_utc(body));
    body.clock.set = true;
    return result(0);
}

HttpAnswer set_zone(Body& body, std::string_view target) {
    const std::string zone = parameter(target, "timezone").value_or("");
    const bool name = std::ranges::all_of(zone, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               std::string_view("_+-/").find(c) != std::string_view::npos;
    });
    if (zone.empty() || zone.size() > 64 || !name) return result(-1);
    body.clock.zone = zone;
    return result(0);
}

}  // namespace

HttpAnswer answer_http(Body& body, HttpService service, std::string_view target) {
    body.log.add(body.now, EventKind::http, kEveryClient, target);
    if (target.size() > kLongestTarget) return {414, "text/plain", ""};
    const std::string_view path = target.substr(0, target.find('?'));
    if (service == HttpService::control) {
        if (path == "/date") return set_date(body, target);
        if (path == "/timezone") return set_zone(body, target);
        return {404, "text/plain", ""};
    }
    if (path == "/get_version") {
        const nlohmann::json version = {{"result", body.options.firmware}};
        return {200, "application/json", version.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)};
    }
    if (path == "/update") return result(-2);  // no such file: nothing is ever updated
    return {404, "text/plain", ""};
}

}  // namespace nightstack::device::sim
