// SPDX-License-Identifier: MIT
// Pieces of what a user writes behind an option. Pure functions, any thread.
#pragma once

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace nightstack::tools {

// The whole text as a number, in the same form whatever the language of the user's system; nothing when it is none.
template <class T>
std::optional<T> number_of(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

inline std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

// As people write it: blanks around it and one plus sign are taken.
template <class T>
std::optional<T> written_number(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    return number_of<T>(text);
}

// Where a server listens. "localhost" is 127.0.0.1: the resolver is not asked, it may name several addresses.
inline std::string bind_address(std::string_view text) { return std::string(text == "localhost" ? "127.0.0.1" : text); }

// What stands between the commas; one empty item for an empty text. Views into `text`.
inline std::vector<std::string_view> comma_items(std::string_view text) {
    std::vector<std::string_view> items;
    for (;;) {
        const std::size_t end = text.find(',');
        items.push_back(text.substr(0, end));
        if (end == std::string_view::npos) return items;
        text.remove_prefix(end + 1);
    }
}

}  // namespace nightstack::tools
