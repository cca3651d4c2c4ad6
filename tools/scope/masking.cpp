// SPDX-License-Identifier: MIT
#include "tools/scope/masking.h"

#include <algorithm>
#include <cctype>

#include "device/dwarf/protocol/json.h"
#include "pipeline/core/error.h"

namespace nightstack::tools {
namespace {

using device::dwarf::Item;
using device::dwarf::Message;
using device::dwarf::RawJson;
using device::dwarf::Value;

constexpr std::string_view kPlaces[] = {"lon", "lat", "longitude", "latitude"};
constexpr std::string_view kSecrets[] = {"ssid", "psd",     "pwd", "password", "passwd",  "token",
                                         "key",  "country", "ip",  "mac",      "timezone"};
constexpr std::string_view kMask = "***";

bool among(std::string_view name, std::span<const std::string_view> names) {
    std::string low(name);
    std::transform(low.begin(), low.end(), low.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return std::find(names.begin(), names.end(), low) != names.end();
}

void replace_all(std::string& text, std::string_view from, std::string_view to) {
    if (from.empty()) return;
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

std::string without(std::string text, std::span<const std::string> words) {
    for (const std::string& word : words) replace_all(text, word, kMask);
    return text;
}

Value masked_value(const Item& item, std::span<const std::string> words) {
    if (among(item.name, kPlaces)) return std::int64_t{0};
    if (among(item.name, kSecrets)) return std::string(kMask);
    if (std::holds_alternative<RawJson>(item.value)) return RawJson{"null"};
    if (const auto* text = std::get_if<std::string>(&item.value)) return without(*text, words);
    return item.value;
}

}  // namespace

std::string masked_frame(std::string_view frame, std::span<const std::string> words) {
    try {
        const Message message = device::dwarf::decode(frame);
        Message out(message.interface());
        for (const Item& item : message.items()) out.set(item.name, masked_value(item, words));
        return device::dwarf::encode(out);
    } catch (const FormatError&) {
        return "(masked: " + std::to_string(frame.size()) + " bytes that are no message)";
    }
}

std::string masked_note(std::string_view note, std::span<const std::string> words) {
    std::string text(note);
    constexpr std::string_view kZone = "timezone=";
    if (const std::size_t at = text.find(kZone); at != std::string::npos) {
        const std::size_t begin = at + kZone.size();
        const std::size_t end = std::min(text.find_first_of(" &\"'", begin), text.size());
        text.replace(begin, end - begin, kMask);
    }
    return without(std::move(text), words);
}

}  // namespace nightstack::tools
