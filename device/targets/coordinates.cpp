// SPDX-License-Identifier: MIT
#include "device/targets/coordinates.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::device {
namespace {

constexpr std::size_t kLongest = 80;

// Signs as people type or paste them become d, m, s, + and -.
std::string plain_signs(std::string_view text) {
    static constexpr std::pair<std::string_view, char> kSigns[] = {
        {"\u00B0", 'd'}, {"\u00BA", 'd'}, {"\u2032", 'm'}, {"\u2033", 's'}, {"\u2019", 'm'},
        {"\u201D", 's'}, {"\u2212", '-'}, {"''", 's'},     {"'", 'm'},      {"\"", 's'}};
    std::string out;
    while (!text.empty()) {
        std::size_t taken = 1;
        char c = text.front();
        for (const auto& [sign, plain] : kSigns) {
            if (!text.starts_with(sign)) continue;
            taken = sign.size();
            c = plain;
            break;
        }
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        text.remove_prefix(taken);
    }
    return out;
}

struct Part {
    double value = 0;
    char unit = 0;  // h d m s : or 0
};

struct Angle {
    bool negative = false;
    std::vector<Part> parts;
};

[[noreturn]] void refuse(std::string_view text, const std::string& why) {
    throw OptionError("'" + printable(text) + "' are no coordinates: " + why +
                      "; write for example \"05h34m31.9s +22d00m52s\" or \"83.6333 22.0145\"");
}

Part take_part(std::string_view& rest, std::string_view whole) {
    Part part;
    const char* end = rest.data() + rest.size();
    const auto [stop, error] = std::from_chars(rest.data(), end, part.value, std::chars_format::fixed);
    if (error != std::errc() || part.value < 0) refuse(whole, "a number is missing or too large");
    rest.remove_prefix(static_cast<std::size_t>(stop - rest.data()));
    if (!rest.empty() && std::string_view("hdms:").find(rest.front()) != std::string_view::npos) {
        part.unit = rest.front();
        rest.remove_prefix(1);
    }
    return part;
}

void skip_blanks(std::string_view& rest) {
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
}

// All numbers in order; a sign or a comma begins a new angle.
std::vector<Angle> read_angles(std::string_view text) {
    std::vector<Angle> angles(1);
    std::string_view rest = text;
    for (skip_blanks(rest); !rest.empty(); skip_blanks(rest)) {
        const char c = rest.front();
        if (c == '+' || c == '-' || c == ',') {
            if (!angles.back().parts.empty()) angles.emplace_back();
            if (c != ',') angles.back().negative = c == '-';
            rest.remove_prefix(1);
            continue;
        }
        angles.back().parts.push_back(take_part(rest, text));
    }
    return angles;
}

// Without a sign or comma between them the numbers are shared out: 1 + 1, 2 + 2, 3 + 3.
std::pair<Angle, Angle> two_angles(std::string_view text) {
    std::vector<Angle> angles = read_angles(text);
    if (angles.size() == 1) {
        Angle& all = angles.front();
        const std::size_t half = all.parts.size() / 2;
        if (all.parts.size() % 2 != 0 || half < 1 || half > 3) refuse(text, "two angles are expected");
        Angle second;
        second.parts.assign(all.parts.begin() + static_cast<std::ptrdiff_t>(half), all.parts.end());
        all.parts.resize(half);
        angles.push_back(second);
    }
    if (angles.size() != 2) refuse(text, "two angles are expected");
    for (const Angle& angle : angles)
        if (angle.parts.empty() || angle.parts.size() > 3) refuse(text, "an angle has one to three numbers");
    return {angles[0], angles[1]};
}

double value_of(const Angle& angle, std::string_view text) {
    double value = 0, scale = 1;
    for (std::size_t i = 0; i < angle.parts.size(); ++i, scale /= 60) {
        const Part& part = angle.parts[i];
        if (i > 0 && part.value >= 60) refuse(text, "minutes and seconds are below 60");
        const char unit = "dms"[i];
        const bool fits = part.unit == 0 || part.unit == ':' || part.unit == unit || (i == 0 && part.unit == 'h');
        if (!fits) refuse(text, "units stand in the order h or d, m, s");
        value += part.value * scale;
    }
    return angle.negative ? -value : value;
}

bool only_coordinate_signs(std::string_view text) {
    bool has_digit = false;
    for (const char c : text) {
        if (std::string_view("0123456789").find(c) != std::string_view::npos)
            has_digit = true;
        else if (std::string_view(" \t.,:+-hdms").find(c) == std::string_view::npos)
            return false;
    }
    // "m31" begins with a letter, "+31" and ".5" do not.
    const std::size_t first = text.find_first_not_of(" \t");
    return has_digit && std::string_view("hdms").find(text[first]) == std::string_view::npos;
}

}  // namespace

std::optional<Equatorial> parse_coordinates(std::string_view words) {
    if (words.size() > kLongest) return {};
    const std::string text = plain_signs(words);
    if (!only_coordinate_signs(text)) return {};
    const auto [first, second] = two_angles(text);
    if (second.parts.front().unit == 'h') refuse(words, "declination is in degrees");
    // A single number is degrees unless it says h; more numbers are hours unless they say d.
    const bool hours = first.parts.front().unit == 'h' || (first.parts.size() > 1 && first.parts.front().unit != 'd');
    Equatorial place{value_of(first, words) * (hours ? 15 : 1), value_of(second, words)};
    if (first.negative || place.ra_deg >= 360) refuse(words, "right ascension is 0 to 24 h or 0 to 360 degrees");
    if (std::abs(place.dec_deg) > 90) refuse(words, "declination is -90 to 90 degrees");
    return place;
}

std::string format_coordinates(const Equatorial& place) {
    const long tenths = std::lround(place.ra_deg / 15 * 36000) % (24 * 36000);
    const long seconds = std::lround(std::abs(place.dec_deg) * 3600);
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%02ldh%02ldm%02ld.%lds %c%02ldd%02ldm%02lds", tenths / 36000,
                  tenths / 600 % 60, tenths / 10 % 60, tenths % 10, place.dec_deg < 0 ? '-' : '+', seconds / 3600,
                  seconds / 60 % 60, seconds % 60);
    return buffer;
}

}  // namespace nightstack::device
