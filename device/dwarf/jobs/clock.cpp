// SPDX-License-Identifier: MIT
#include "device/dwarf/jobs/clock.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "device/dwarf/protocol/quirks.h"
#include "pipeline/core/error.h"

namespace nightstack::device::dwarf::jobs {
namespace {

constexpr std::chrono::seconds kTolerated{120};

bool plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '~';
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (plain(c) || c == ':' || c == '/')
            out += c;
        else
            (out += '%').append({kHex[byte >> 4], kHex[byte & 15]});
    }
    return out;
}

}  // namespace

std::optional<std::string> doubt(const Clock& clock) {
    const std::string now = "This computer's clock says " + wire_date(clock.now) + " UTC";
    if (clock.now < clock.built)
        return now + ", which is earlier than this program was built (" + wire_date(clock.built) + ")";
    if (!clock.reference) return {};
    const auto off = std::chrono::duration_cast<std::chrono::seconds>(clock.now - *clock.reference);
    if (std::chrono::abs(off) <= kTolerated) return {};
    return now + ", " + std::to_string(std::chrono::abs(off).count()) + " s " +
           (off.count() > 0 ? "later" : "earlier") + " than " + clock.reference_name;
}

void check_zone(std::string_view zone) {
    const auto fine = [](char c) { return plain(c) || c == '/' || c == '+'; };
    if (!zone.empty() && zone.size() <= 64 && std::all_of(zone.begin(), zone.end(), fine)) return;
    throw OptionError("time zone \"" + std::string(zone.substr(0, 64)) +
                      "\": must be an IANA name such as Europe/Berlin");
}

std::string date_target(Utc time) { return "/date?date=" + percent_encoded(wire_date(time)); }
std::string zone_target(std::string_view zone) { return "/timezone?timezone=" + percent_encoded(zone); }

std::optional<std::int64_t> http_result(std::string_view body) {
    constexpr std::string_view kName = "\"result\"";
    std::size_t at = body.find(kName);
    if (at == std::string_view::npos) return {};
    at = body.find_first_not_of(" \t\r\n", at + kName.size());
    if (at == std::string_view::npos || body[at] != ':') return {};
    at = body.find_first_not_of(" \t\r\n", at + 1);
    if (at == std::string_view::npos) return {};
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(body.data() + at, body.data() + body.size(), value);
    if (error != std::errc{}) return {};
    return value;
}

}  // namespace nightstack::device::dwarf::jobs
