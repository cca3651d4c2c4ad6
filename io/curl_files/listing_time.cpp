// SPDX-License-Identifier: MIT
#include "io/curl_files/listing_time.h"

#include <array>
#include <charconv>
#include <chrono>

#include "pipeline/core/ascii.h"

namespace nightstack::io::curl_files {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr int kDaySeconds = 86'400;

std::optional<int> month_of(std::string_view text) {
    if (text.size() == 2) return whole_number(text);
    return month_number(text);
}

}  // namespace

std::optional<int> whole_number(std::string_view text) {
    if (text.size() > 9 || !all_digits(text)) return std::nullopt;
    int value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::optional<std::uint64_t> whole_bytes(std::string_view text) {
    std::uint64_t value = 0;
    if (!all_digits(text)) return std::nullopt;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc()) return std::nullopt;
    return value;
}

std::optional<int> month_number(std::string_view three_letters) {
    for (std::size_t i = 0; i < kMonths.size(); ++i)
        if (kMonths[i] == three_letters) return static_cast<int>(i) + 1;
    return std::nullopt;
}

std::optional<Day> read_day(std::string_view text) {
    const std::size_t one = text.find('-');
    const std::size_t two = one == std::string_view::npos ? one : text.find('-', one + 1);
    if (two == std::string_view::npos) return std::nullopt;
    const std::string_view first = text.substr(0, one), last = text.substr(two + 1);
    const bool year_first = first.size() == 4;
    if (first.size() + last.size() != 6 || (!year_first && last.size() != 4)) return std::nullopt;
    const auto year = whole_number(year_first ? first : last), day = whole_number(year_first ? last : first);
    const auto month = month_of(text.substr(one + 1, two - one - 1));
    if (!year || !month || !day) return std::nullopt;
    return Day{*year, *month, *day};
}

std::optional<int> read_time_of_day(std::string_view text) {
    if ((text.size() != 5 && text.size() != 8) || text[2] != ':') return std::nullopt;
    const auto hour = whole_number(text.substr(0, 2)), minute = whole_number(text.substr(3, 2));
    std::optional<int> second = 0;
    if (text.size() == 8) {
        if (text[5] != ':') return std::nullopt;
        second = whole_number(text.substr(6));
    }
    if (!hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return *hour * 3600 + *minute * 60 + *second;
}

std::optional<std::int64_t> unix_seconds(const Day& day, int second_of_day) {
    using namespace std::chrono;
    const year_month_day date{year{day.year}, month{static_cast<unsigned>(day.month)},
                              std::chrono::day{static_cast<unsigned>(day.day)}};
    if (!date.ok() || day.year < 1970 || day.year > 2200) return std::nullopt;
    return std::int64_t{sys_days{date}.time_since_epoch().count()} * kDaySeconds + second_of_day;
}

std::optional<std::int64_t> read_compact(std::string_view text) {
    if (text.size() < 14 || (text.size() > 14 && text[14] != '.')) return std::nullopt;
    if (!all_digits(text.substr(0, 14))) return std::nullopt;
    const auto at = [&](std::size_t from, std::size_t count) { return *whole_number(text.substr(from, count)); };
    const int hour = at(8, 2), minute = at(10, 2), second = at(12, 2);
    if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return unix_seconds({at(0, 4), at(4, 2), at(6, 2)}, hour * 3600 + minute * 60 + second);
}

std::optional<std::int64_t> without_year(int month, int day, int second_of_day, std::int64_t now_s) {
    using namespace std::chrono;
    const year_month_day today{floor<days>(sys_seconds{seconds{now_s}})};
    for (int year = static_cast<int>(today.year()) + 1, tries = 0; tries < 6; --year, ++tries) {  // 29 Feb
        const auto time = unix_seconds({year, month, day}, second_of_day);
        if (time && *time <= now_s + kDaySeconds) return time;
    }
    return std::nullopt;
}

}  // namespace nightstack::io::curl_files
