// SPDX-License-Identifier: MIT
// The texts of the wire: sexagesimal places, dates, names.
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

#include "device/dwarf/protocol/quirks.h"
#include "pipeline/core/error.h"

namespace nightstack::device::dwarf {
namespace {

namespace chrono = std::chrono;

constexpr int kLastYear = 2200;  // the clock counts nanoseconds in 64 bits, until 2262

template <class... Numbers>
std::string formatted(const char* format, Numbers... numbers) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, numbers...);
    return text.data();
}

void check_ra(double ra_deg) {
    if (!(ra_deg >= 0 && ra_deg <= 360))
        throw OptionError("right ascension: " + std::to_string(ra_deg) + ", 0 to 360 degrees expected");
}

// Reads "12.5" and then `mark` off the front; an empty mark ends the text.
std::optional<double> part(std::string_view& text, std::string_view mark) {
    if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (!text.starts_with(mark)) return std::nullopt;
    text.remove_prefix(mark.size());
    return value;
}

std::optional<double> sexagesimal(std::string_view text, std::array<std::string_view, 3> marks) {
    const auto whole = part(text, marks[0]);
    const auto minutes = whole ? part(text, marks[1]) : std::nullopt;
    const auto seconds = minutes ? part(text, marks[2]) : std::nullopt;
    if (!seconds || !text.empty() || *minutes >= 60 || *seconds >= 60) return std::nullopt;
    return *whole + *minutes / 60 + *seconds / 3600;
}

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t length) {
    int value = 0;
    for (const char c : text.substr(at, length)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

struct Civil {
    chrono::year_month_day day;
    chrono::hh_mm_ss<chrono::seconds> clock;
};

Civil civil(Utc time) {
    const auto seconds = chrono::floor<chrono::seconds>(time);
    const auto day = chrono::floor<chrono::days>(seconds);
    return {chrono::year_month_day(day), chrono::hh_mm_ss<chrono::seconds>(seconds - day)};
}

std::string civil_text(Utc time, const char* format) {
    const Civil c = civil(time);
    return formatted(format, static_cast<int>(c.day.year()), static_cast<unsigned>(c.day.month()),
                     static_cast<unsigned>(c.day.day()), static_cast<int>(c.clock.hours().count()),
                     static_cast<int>(c.clock.minutes().count()), static_cast<int>(c.clock.seconds().count()));
}

}  // namespace

double wire_ra_hours(double ra_deg) {
    check_ra(ra_deg);
    const double hours = std::round(ra_deg / 15 * 1e7) / 1e7;
    return hours >= 24 ? 0 : hours;
}

std::string wire_ra_text(double ra_deg) {
    check_ra(ra_deg);
    const long long cs = std::llround(ra_deg / 15 * 360000) % (24LL * 360000);  // hundredths of a second
    return formatted("%02lldh%02lldm%02lld.%02llds", cs / 360000, cs / 6000 % 60, cs / 100 % 60, cs % 100);
}

std::string wire_dec_text(double dec_deg) {
    if (!(std::abs(dec_deg) <= 90))
        throw OptionError("declination: " + std::to_string(dec_deg) + ", -90 to 90 degrees expected");
    const long long tenths = std::llround(std::abs(dec_deg) * 36000);
    return formatted("%c%02lld\xC2\xB0%02lld'%02lld.%lld", std::signbit(dec_deg) ? '-' : '+', tenths / 36000,
                     tenths / 600 % 60, tenths / 10 % 60, tenths % 10);
}

std::optional<double> ra_deg_of_text(std::string_view text) {
    const auto hours = sexagesimal(text, {"h", "m", "s"});
    if (!hours || *hours >= 24) return std::nullopt;
    return *hours * 15;
}

std::optional<double> dec_deg_of_text(std::string_view text) {
    const bool south = text.starts_with('-');
    if (south || text.starts_with('+')) text.remove_prefix(1);
    if (text.ends_with('"')) text.remove_suffix(1);
    const auto degrees = sexagesimal(text, {"\xC2\xB0", "'", ""});
    if (!degrees || *degrees > 90) return std::nullopt;
    return south ? -*degrees : *degrees;
}

std::string wire_date(Utc time) { return civil_text(time, "%04d-%02u-%02u %02d:%02d:%02d"); }

std::optional<Utc> utc_of_date(std::string_view text) {
    if (text.size() != 19 || text[4] != '-' || text[7] != '-' || text[10] != ' ' || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const auto year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    const auto hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
    if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
    const chrono::year_month_day date{chrono::year(*year), chrono::month(static_cast<unsigned>(*month)),
                                      chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *year < 1970 || *year > kLastYear || *hour > 23 || *minute > 59 || *second > 59)
        return std::nullopt;
    return chrono::sys_days(date) + chrono::hours(*hour) + chrono::minutes(*minute) + chrono::seconds(*second);
}

std::string_view name_prefix(NameKind kind) {
    switch (kind) {
        case NameKind::photo: return "DWARF_";
        case NameKind::time_lapse: return "DWARF_TL_";
        case NameKind::raw: return "DWARF_RAW_";
        case NameKind::dark: return "DWARF_DARK_";
        case NameKind::go_to: return "DWARF_GOTO_";
        case NameKind::panorama: return "DWARF_PANORAMA_";
    }
    return "DWARF_";
}

std::string name_for(NameKind kind, Utc time) {
    return std::string(name_prefix(kind)) + civil_text(time, "%04d%02u%02u%02d%02d%02d");
}

}  // namespace nightstack::device::dwarf
