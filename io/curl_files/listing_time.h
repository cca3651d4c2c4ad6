// SPDX-License-Identifier: MIT
// Dates in the listings of FTP and HTTP servers, read as UTC whatever zone the server means: they are compared with
// each other only. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace nightstack::io::curl_files {

// Up to nine digits and nothing else.
std::optional<int> whole_number(std::string_view text);
// Any number of digits; nothing when it does not fit.
std::optional<std::uint64_t> whole_bytes(std::string_view text);

struct Day {
    int year = 0, month = 0, day = 0;
};
// "18-Jan-2024" (nginx), "2024-Jan-18" (lighttpd), "2024-01-18" (Apache, ls in its ISO form).
std::optional<Day> read_day(std::string_view text);
// "21:04" or "21:04:05"; seconds of the day.
std::optional<int> read_time_of_day(std::string_view text);
std::optional<int> month_number(std::string_view three_letters);  // "Jan" is 1

// Unix seconds; nothing for a day that is none or outside of 1970 to 2200.
std::optional<std::int64_t> unix_seconds(const Day& day, int second_of_day);
// "20240118210426" with or without ".954", as in MLSD and MDTM.
std::optional<std::int64_t> read_compact(std::string_view text);
// The year of `ls -l` when it shows the time instead: the last one in which the date is not in the future. `now_s`
// is Unix seconds of our clock; a day ahead is a server's zone.
std::optional<std::int64_t> without_year(int month, int day, int second_of_day, std::int64_t now_s);

}  // namespace nightstack::io::curl_files
