// SPDX-License-Identifier: MIT
#include "device/dwarf/session/http_target.h"

#include <algorithm>

#include "device/dwarf/protocol/http_calls.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::device::dwarf {

std::string http_target(HttpPort port, std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    const int number = port == HttpPort::control ? 8092 : 9901;  // by which the table knows them
    const auto calls = http_calls();
    const bool known = std::any_of(calls.begin(), calls.end(), [&](const HttpCall& call) {
        return call.offered && call.port == number && call.path == path;
    });
    if (!known) throw OptionError("HTTP: " + printable(path.substr(0, 80)) + " is not asked of a scope");
    if (target.size() > 1024)
        throw OptionError("HTTP: a target of " + std::to_string(target.size()) + " bytes, at most 1024 expected");
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : target) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain =
            byte > 0x20 && byte < 0x7f && std::string_view("\"#<>\\^`{|}").find(c) == std::string_view::npos;
        if (plain) {
            out += c;
        } else {
            out += '%';
            out += kDigits[byte >> 4];
            out += kDigits[byte & 15];
        }
    }
    return out;
}

}  // namespace nightstack::device::dwarf
