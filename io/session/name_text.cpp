// SPDX-License-Identifier: MIT
#include "io/session/name_text.h"

#include <algorithm>
#include <charconv>

#include "pipeline/core/ascii.h"

namespace nightstack::io {
namespace {

int digits_value(std::string_view digits, std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) value = value * 10 + (digits[i] - '0');
    return value;
}

std::optional<ScopeTime> from_calendar(std::string_view digits) {
    using namespace std::chrono;
    const year_month_day day{year{digits_value(digits, 0, 4)}, month{static_cast<unsigned>(digits_value(digits, 4, 2))},
                             std::chrono::day{static_cast<unsigned>(digits_value(digits, 6, 2))}};
    const int y = static_cast<int>(day.year());
    if (!day.ok() || y < 2000 || y > 2099) return std::nullopt;
    ScopeTime time = local_days{day};
    if (digits.size() == 8) return time;
    const int h = digits_value(digits, 8, 2);
    const int m = digits_value(digits, 10, 2);
    const int s = digits_value(digits, 12, 2);
    if (h > 23 || m > 59 || s > 60) return std::nullopt;
    time += hours{h} + minutes{m} + seconds{s};
    if (digits.size() == 17) time += milliseconds{digits_value(digits, 14, 3)};
    return time;
}

}  // namespace

std::vector<std::string_view> split(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find_first_of(separators, at), text.size());
        parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

std::optional<double> whole_number_or_decimal(std::string_view text) {
    const std::string_view unsigned_part = !text.empty() && text[0] == '-' ? text.substr(1) : text;
    if (unsigned_part.empty() || !is_digit(unsigned_part[0])) return std::nullopt;  // no inf, nan, .5
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc{} || end != text.data() + text.size() || value > 1e9 || value < -1e9) return std::nullopt;
    return value;
}

std::optional<std::int64_t> whole_integer(std::string_view text) {
    if (!all_digits(text) || text.size() > 18) return std::nullopt;
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::optional<ScopeTime> parse_stamp(std::string_view text, bool date_alone) {
    std::string digits;
    for (const char c : text) {
        if (is_digit(c)) {
            digits += c;
        } else if (std::string_view("-_:.TZ ").find(c) == std::string_view::npos) {
            return std::nullopt;
        }
    }
    if (digits.size() == 13 && all_digits(text) && digits[0] == '1') {
        const std::chrono::milliseconds since_1970{*whole_integer(digits)};
        return ScopeTime{since_1970};
    }
    const bool known_length = digits.size() == 14 || digits.size() == 17 || (date_alone && digits.size() == 8);
    return known_length ? from_calendar(digits) : std::nullopt;
}

}  // namespace nightstack::io
