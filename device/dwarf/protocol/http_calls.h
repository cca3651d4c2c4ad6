// SPDX-License-Identifier: MIT
// The scope's HTTP calls: clock and zone on 8092, version and update on 9901. Rows for help and docs,
// targets for a client, the reverse for the twin, answers read under the limits of json.h. Pure
// functions, any thread.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "device/dwarf/protocol/interface_table.h"
#include "device/dwarf/protocol/types.h"

namespace nightstack::device::dwarf {

struct HttpCall {
    int port = 0;
    std::string_view path{};       // "/date"
    std::string_view parameter{};  // "" none
    std::string_view section{};    // of the API text, "-" when missing there
    std::string_view text{};
    bool offered = true;  // false: a row and codec only, never called
    std::span<const Choice> results{};
    std::string_view source{};  // with the marks of interface_table.h
};

std::span<const HttpCall> http_calls();

std::string date_target(Utc time);                                   // "/date?date=2023-09-01%2021:05:00"
inline constexpr std::string_view kStayAliveTarget = "/date?date=";  // real clients send it every 90 s
std::string timezone_target(std::string_view iana);  // "/timezone?timezone=Europe/Paris"; OptionError for another form
inline constexpr std::string_view kVersionTarget = "/get_version";
std::string update_target(std::string_view version);  // for the row's sake; nightstack never calls it

// What a server reads of a target, percent signs undone: nothing when it is not one of the calls.
struct HttpQuery {
    const HttpCall* call = nullptr;
    std::string value;  // of the parameter, "" when absent
};
std::optional<HttpQuery> read_target(std::string_view target);

// `result` of the answer's JSON object; nothing when it is another kind or not JSON at all.
std::optional<std::int64_t> result_code(std::string_view body);
std::optional<std::string> result_text(std::string_view body);

}  // namespace nightstack::device::dwarf
