// SPDX-License-Identifier: MIT
#include "device/sim/twin/clock.h"

#include <array>
#include <cstdio>

#include "device/sim/twin/body.h"

namespace nightstack::device::sim {
namespace {

using std::chrono::milliseconds;

// Of a text of exactly that many digits.
std::optional<int> digits(std::string_view text) {
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return {};
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace

Utc sky_utc(const Body& body) { return body.options.switched_on + body.now; }

Utc scope_utc(const Body& body) { return sky_utc(body) + body.clock.error; }

std::string compact_time(const Body& body) {
    const auto whole = std::chrono::floor<std::chrono::seconds>(scope_utc(body));
    const auto day = std::chrono::floor<std::chrono::days>(whole);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(whole - day);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%04d%02u%02u%02d%02d%02d", static_cast<int>(date.year()) % 10000,
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return text.data();
}

void forget_time(Body& body) {
    using namespace std::chrono;
    const Utc start = sys_days(year(2023) / September / 1);  // about when that firmware was built
    body.clock = {};
    body.clock.error = duration_cast<milliseconds>(start - sky_utc(body));
}

std::optional<Utc> parse_date(std::string_view text) {
    using namespace std::chrono;
    if (text.size() != 19 || text[4] != '-' || text[7] != '-' || text[10] != ' ' || text[13] != ':' || text[16] != ':')
        return {};
    const auto y = digits(text.substr(0, 4)), mo = digits(text.substr(5, 2)), d = digits(text.substr(8, 2));
    const auto h = digits(text.substr(11, 2)), mi = digits(text.substr(14, 2)), s = digits(text.substr(17, 2));
    if (!y || !mo || !d || !h || !mi || !s) return {};
    const year_month_day date(year(*y), month(static_cast<unsigned>(*mo)), day(static_cast<unsigned>(*d)));
    if (!date.ok() || *y < 1970 || *y > 2099 || *h > 23 || *mi > 59 || *s > 59) return {};
    return sys_days(date) + hours(*h) + minutes(*mi) + seconds(*s);
}

}  // namespace nightstack::device::sim
