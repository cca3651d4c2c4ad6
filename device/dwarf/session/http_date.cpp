// SPDX-License-Identifier: MIT
#include "device/dwarf/session/http_date.h"

#include <algorithm>
#include <iterator>

#include "pipeline/core/ascii.h"

namespace nightstack::device::dwarf {
namespace {

constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
// 0: a digit; A: a letter of a name; the rest stands for itself.
constexpr std::string_view kForm = "AAA, 00 AAA 0000 00:00:00 GMT";

bool has_form(std::string_view text) {
    if (text.size() != kForm.size()) return false;
    return std::equal(text.begin(), text.end(), kForm.begin(), [](char c, char form) {
        if (form == '0') return is_digit(c);
        return form == 'A' ? true : c == form;  // names are looked up
    });
}

// Of digits only, at most four.
int number(std::string_view digits) {
    int value = 0;
    for (const char c : digits) value = 10 * value + (c - '0');
    return value;
}

template <std::size_t N>
std::optional<unsigned> place_of(std::string_view name, const std::string_view (&names)[N]) {
    const auto found = std::find(std::begin(names), std::end(names), name);
    if (found == std::end(names)) return {};
    return static_cast<unsigned>(found - std::begin(names));
}

}  // namespace

std::optional<Utc> utc_of_http_date(std::string_view text) {
    if (!has_form(text)) return {};
    const auto weekday = place_of(text.substr(0, 3), kDays);
    const auto month = place_of(text.substr(8, 3), kMonths);
    if (!weekday || !month) return {};
    const std::chrono::year_month_day date{std::chrono::year{number(text.substr(12, 4))},
                                           std::chrono::month{*month + 1},
                                           std::chrono::day{static_cast<unsigned>(number(text.substr(5, 2)))}};
    if (!date.ok() || date.year() < std::chrono::year{1970} || date.year() > std::chrono::year{2200}) return {};
    const std::chrono::sys_days day{date};
    if (std::chrono::weekday{day}.c_encoding() != *weekday) return {};
    const int hour = number(text.substr(17, 2)), minute = number(text.substr(20, 2)),
              second = number(text.substr(23, 2));
    if (hour > 23 || minute > 59 || second > 60) return {};  // 60: a leap second
    return day + std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
}

}  // namespace nightstack::device::dwarf
