// SPDX-License-Identifier: MIT
#include "io/fits/fits_time.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <system_error>

#include "io/fits/header.h"

namespace nightstack::io {
namespace {

using std::chrono::milliseconds;

// Eats a text from the left.
class Cursor {
public:
    explicit Cursor(std::string_view text) : text_(trimmed(text)) {}
    bool empty() const { return text_.empty(); }
    bool skip(std::string_view any_of) {
        if (text_.empty() || any_of.find(text_.front()) == std::string_view::npos) return false;
        last_ = text_.front();
        text_.remove_prefix(1);
        return true;
    }
    char last() const { return last_; }
    // `least` to `most` digits; -1 when there are fewer.
    int digits(std::size_t least, std::size_t most) {
        std::size_t n = 0;
        int value = 0;
        while (n < most && n < text_.size() && text_[n] >= '0' && text_[n] <= '9')
            value = value * 10 + (text_[n++] - '0');
        if (n < least) return -1;
        text_.remove_prefix(n);
        return value;
    }
    // Decimals as milliseconds, any number of them.
    milliseconds fraction() {
        int value = 0;
        int weight = 100;
        while (!text_.empty() && text_.front() >= '0' && text_.front() <= '9') {
            value += (text_.front() - '0') * weight;
            weight /= 10;
            text_.remove_prefix(1);
        }
        return milliseconds(value);
    }

private:
    std::string_view text_;
    char last_ = 0;
};

std::optional<std::chrono::sys_days> day(int y, int m, int d) {
    if (y < 1900 || m < 0 || d < 0) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(y), std::chrono::month(static_cast<unsigned>(m)),
                                           std::chrono::day(static_cast<unsigned>(d))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date);
}

std::optional<std::chrono::sys_days> read_date(Cursor& in) {
    const int first = in.digits(2, 4);
    if (in.skip("/")) {  // DD/MM/YY, years of the 20th century by the standard's words
        const int month = in.digits(2, 2);
        const int year = in.skip("/") ? in.digits(2, 4) : -1;
        return day(year >= 0 && year < 100 ? year + 1900 : year, month, first);
    }
    if (first < 1000 || !in.skip("-")) return std::nullopt;
    const int month = in.digits(2, 2);
    if (!in.skip("-")) return std::nullopt;
    return day(first, month, in.digits(2, 2));
}

// 'hh:mm[:ss[.fff]]', or with '-' between all fields.
std::optional<milliseconds> read_clock(Cursor& in) {
    const int hours = in.digits(1, 2);
    if (hours < 0 || hours > 23 || !in.skip(":-")) return std::nullopt;
    const char separator = in.last();
    const int minutes = in.digits(2, 2);
    if (minutes < 0 || minutes > 59) return std::nullopt;
    milliseconds sum = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    if (!in.skip(std::string_view(&separator, 1))) return sum;
    const int seconds = in.digits(2, 2);
    if (seconds < 0 || seconds > 60) return std::nullopt;  // 60 in a leap second
    sum += std::chrono::seconds(seconds);
    if (in.skip(separator == '-' ? "-." : ".")) sum += in.fraction();
    return sum;
}

// 'Z', '+hh:mm', '-hhmm', nothing.
std::optional<milliseconds> read_zone(Cursor& in) {
    if (in.skip("Z") || in.empty()) return milliseconds(0);
    if (!in.skip("+-")) return std::nullopt;
    const int sign = in.last() == '-' ? -1 : 1;
    const int hours = in.digits(2, 2);
    in.skip(":");
    const int minutes = in.empty() ? 0 : in.digits(2, 2);
    if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return std::nullopt;
    return sign * (std::chrono::hours(hours) + std::chrono::minutes(minutes));
}

}  // namespace

std::optional<UtcTime> parse_fits_time(std::string_view date, std::string_view time) {
    Cursor in(date);
    const auto midnight = read_date(in);
    if (!midnight) return std::nullopt;
    Cursor clock_text(time);
    Cursor& clock = in.empty() ? clock_text : in;
    if (&clock == &in && !in.skip("Tt -")) return std::nullopt;
    const auto since_midnight = read_clock(clock);
    if (!since_midnight) return std::nullopt;
    const auto zone = read_zone(clock);
    if (!zone || !clock.empty()) return std::nullopt;
    return UtcTime(*midnight) + *since_midnight - *zone;
}

std::string fits_time_text(UtcTime time) {
    const auto midnight = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(midnight);
    const std::chrono::hh_mm_ss clock(time - midnight);
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03d", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                  static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
    return text.data();
}

std::optional<double> parse_sexagesimal(std::string_view text) {
    std::string_view rest = trimmed(text);
    const bool negative = rest.starts_with('-');
    if (negative || rest.starts_with('+')) rest.remove_prefix(1);
    if (rest.find_first_of(": ") == std::string_view::npos) return std::nullopt;  // a plain number, or nothing
    double sum = 0;
    double unit = 1;
    for (int field = 0; field < 3 && !rest.empty(); ++field, unit /= 60) {
        const std::size_t length = rest.find_first_of(": ");
        const std::string_view token = rest.substr(0, length);
        if (token.find_first_not_of("0123456789.") != std::string_view::npos) return std::nullopt;
        const std::optional<double> value = parse_fits_number(token);
        if (!value || (field > 0 && *value >= 60)) return std::nullopt;
        sum += *value * unit;
        rest = length == std::string_view::npos ? std::string_view{} : trimmed(rest.substr(length + 1));
    }
    if (!rest.empty()) return std::nullopt;
    return negative ? -sum : sum;
}

}  // namespace nightstack::io
