// SPDX-License-Identifier: MIT
#include "device/dwarf/protocol/http_calls.h"

#include <algorithm>

#include "device/dwarf/protocol/json.h"
#include "device/dwarf/protocol/quirks.h"
#include "pipeline/core/error.h"
#include "pipeline/core/hex.h"
#include "pipeline/core/printable.h"

namespace nightstack::device::dwarf {
namespace {

constexpr Choice kDone[] = {{0, "ok"}, {-1, "failed"}};
constexpr Choice kUpdate[] = {{0, "updated"},           {-1, "failed"},        {-2, "file does not exist"},
                              {-3, "file not parsed"},  {-4, "wrong version"}, {-5, "request failed"},
                              {-6, "already upgrading"}};

constexpr HttpCall kCalls[] = {
    {8092, "/date", "date", "4.1.1", "Set the clock, UTC as YYYY-MM-DD hh:mm:ss; empty as a sign of life", true, kDone,
     "[C] API text; clients check result 0"},
    {8092, "/timezone", "timezone", "-", "Set the time zone by its IANA name, right after the clock", true, kDone,
     "[C] clients of September 2023; missing in the API text"},
    {9901, "/get_version", "", "7.9", "Ask for the firmware version (1.3.19 and newer)", true, {}, "[S] API text"},
    {9901, "/update", "version", "7.8", "Firmware update (1.3.19 and newer); never called", false, kUpdate,
     "[S] API text"},
};

constexpr std::size_t kMaxTarget = 512;

std::optional<std::string> unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            out += text[i];
            continue;
        }
        const auto byte = hex_byte(text, i + 1);
        if (!byte) return std::nullopt;
        out += *byte;
        i += 2;
    }
    return out;
}

std::optional<Message> body_of(std::string_view body) {
    try {
        return Message(0, decode_object(body));
    } catch (const FormatError&) {
        return std::nullopt;  // a server's error page, an empty answer: an ordinary "no"
    }
}

bool all_of(std::string_view text, std::string_view signs) {
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               signs.find(c) != std::string_view::npos;
    });
}

}  // namespace

std::span<const HttpCall> http_calls() { return kCalls; }

std::string date_target(Utc time) {
    std::string date = wire_date(time);
    date.replace(date.find(' '), 1, "%20");
    return std::string(kStayAliveTarget) + date;
}

std::string timezone_target(std::string_view iana) {
    if (iana.empty() || iana.size() > 64 || !all_of(iana, "/_+-"))
        throw OptionError("time zone: \"" + printable(iana.substr(0, 64)) + "\", a name like Europe/Paris expected");
    std::string target = "/timezone?timezone=";
    for (const char c : iana) {
        if (c == '+')
            target += "%2B";  // Etc/GMT+2: a bare plus may be read as a blank
        else
            target += c;
    }
    return target;
}

std::string update_target(std::string_view version) {
    if (version.empty() || version.size() > 32 || !all_of(version, "."))
        throw OptionError("version: \"" + printable(version.substr(0, 32)) + "\", one like 1.3.20 expected");
    return "/update?version=" + std::string(version);
}

std::optional<HttpQuery> read_target(std::string_view target) {
    if (target.size() > kMaxTarget) return std::nullopt;
    const std::size_t mark = target.find('?');
    const std::string_view path = target.substr(0, mark);
    const auto* call =
        std::find_if(std::begin(kCalls), std::end(kCalls), [&](const HttpCall& c) { return c.path == path; });
    if (call == std::end(kCalls)) return std::nullopt;
    HttpQuery query{call, ""};
    if (mark == std::string_view::npos) return query;
    const std::string_view pair = target.substr(mark + 1);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos || pair.substr(0, equals) != call->parameter) return query;
    auto value = unescaped(pair.substr(equals + 1));
    if (!value) return std::nullopt;
    query.value = std::move(*value);
    return query;
}

std::optional<std::int64_t> result_code(std::string_view body) {
    const auto message = body_of(body);
    return message ? message->integer("result") : std::nullopt;
}

std::optional<std::string> result_text(std::string_view body) {
    const auto message = body_of(body);
    return message ? message->text("result") : std::nullopt;
}

}  // namespace nightstack::device::dwarf
