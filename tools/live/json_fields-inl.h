// SPDX-License-Identifier: MIT
// Members of a ledger's JSON, each held against its kind and its limit while it is read. All throw FormatError with the
// member named.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"
#include "tools/live/about_json.h"

namespace nightstack::tools {

using Json = nlohmann::ordered_json;

inline void require(bool ok, const std::string& what) {
    if (!ok) throw FormatError("what it says about its frames cannot be: " + what);
}

inline const Json& member(const Json& j, const char* key) {
    require(j.is_object(), "an object was expected");
    const auto it = j.find(key);
    require(it != j.end(), std::string("'") + key + "' is missing");
    return *it;
}

inline std::string text_of(const Json& j, const char* key) {
    const Json& value = member(j, key);
    require(value.is_string() && value.get_ref<const std::string&>().size() <= kMostLedgerText,
            std::string("'") + key + "' is no text, or too long");
    return value.get<std::string>();
}

inline std::string text_or_none(const Json& j, const char* key) { return j.contains(key) ? text_of(j, key) : ""; }

inline double number_of(const Json& value, const char* key) {
    require(value.is_number() && std::isfinite(value.get<double>()), std::string("'") + key + "' is no number");
    return value.get<double>();
}

// That pixels can be reckoned with.
inline double float_of(const Json& value, const char* key) {
    const double number = number_of(value, key);
    require(std::abs(number) <= static_cast<double>(std::numeric_limits<float>::max()),
            std::string("'") + key + "' is larger than any can be");
    return number;
}

inline std::optional<double> number_or_none(const Json& j, const char* key) {
    const auto it = j.find(key);
    return it == j.end() || it->is_null() ? std::nullopt : std::optional(number_of(*it, key));
}

inline std::uint64_t whole_of(const Json& j, const char* key, std::uint64_t most) {
    const Json& value = member(j, key);
    const bool whole = value.is_number_unsigned() || (value.is_number_integer() && value.get<std::int64_t>() >= 0);
    require(whole && value.get<std::uint64_t>() <= most,
            std::string("'") + key + "' is no whole number from 0 to " + std::to_string(most));
    return value.get<std::uint64_t>();
}

inline bool flag_of(const Json& j, const char* key) {
    const auto it = j.find(key);
    if (it == j.end()) return false;
    require(it->is_boolean(), std::string("'") + key + "' is neither true nor false");
    return it->get<bool>();
}

// The value among `count` ones that has this name.
template <class Enum>
Enum named(const std::string& word, int count, const char* key) {
    for (int i = 0; i < count; ++i) {
        if (name(static_cast<Enum>(i)) == word) return static_cast<Enum>(i);
    }
    require(false, std::string("'") + key + "' is '" + printable(word) + "'");
    return Enum{};
}

template <std::size_t N>
std::array<double, N> numbers_of(const Json& j, const char* key) {
    const Json& list = member(j, key);
    require(list.is_array() && list.size() == N, std::string("'") + key + "' is no list of " + std::to_string(N));
    std::array<double, N> numbers;
    for (std::size_t i = 0; i < N; ++i) numbers[i] = number_of(list[i], key);
    return numbers;
}

template <std::size_t N>
std::array<double, N> floats_of(const Json& j, const char* key) {
    const auto numbers = numbers_of<N>(j, key);
    for (const Json& value : member(j, key)) float_of(value, key);
    return numbers;
}

}  // namespace nightstack::tools
