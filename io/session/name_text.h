// SPDX-License-Identifier: MIT
// The small tools with which names are taken apart. Bytes in, bytes out: names need not be UTF-8,
// and nothing here asks the locale. Pure functions, any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nightstack::io {

// The clock of the scope: local time or UTC, depending on who set it; the name does not say.
using ScopeTime = std::chrono::local_time<std::chrono::milliseconds>;

std::vector<std::string_view> split(std::string_view text, std::string_view separators);

// The whole text must be the number. Digits are decimal, the point is a point, at most 1e9.
std::optional<double> whole_number_or_decimal(std::string_view text);
std::optional<std::int64_t> whole_integer(std::string_view text);

// 2024-01-18-21-04-26-954, 20251018-045226559, 2024-07-30T22:44:36, 20240730224436, a plain date
// of eight digits with `date_alone`, or milliseconds since 1970 (thirteen digits).
std::optional<ScopeTime> parse_stamp(std::string_view text, bool date_alone = false);

}  // namespace nightstack::io
