// SPDX-License-Identifier: MIT
#include "tools/session/product_name.h"

#include <cstdio>

#include "io/files/file.h"

namespace nightstack::tools {
namespace {

constexpr std::size_t kLongestName = 80;

bool stays(unsigned char c) {
    return c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
           c == '+' || c == '.' || c == '_';
}

// Not in the middle of a UTF-8 sequence.
std::string cut(std::string text, std::size_t length) {
    if (text.size() <= length) return text;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) --length;
    text.resize(length);
    return text;
}

struct Civil {
    std::chrono::year_month_day day;
    std::chrono::hh_mm_ss<std::chrono::milliseconds> time;
};

Civil civil(UtcTime t) {
    const auto day = std::chrono::floor<std::chrono::days>(t);
    return {std::chrono::year_month_day(day), std::chrono::hh_mm_ss<std::chrono::milliseconds>(t - day)};
}

std::string format_time(UtcTime t, const char* pattern) {
    const Civil c = civil(t);
    char text[64];
    std::snprintf(text, sizeof text, pattern, static_cast<int>(c.day.year()), static_cast<unsigned>(c.day.month()),
                  static_cast<unsigned>(c.day.day()), static_cast<int>(c.time.hours().count()),
                  static_cast<int>(c.time.minutes().count()), static_cast<int>(c.time.seconds().count()),
                  static_cast<int>(c.time.subseconds().count()));
    return text;
}

}  // namespace

std::string safe_name(const std::string& object) {
    // Invalid UTF-8 comes out of printable() as \xNN, so the result is always valid.
    const std::string shown = io::printable(object);
    std::string name;
    for (const char c : shown) {
        const bool keep = stays(static_cast<unsigned char>(c));
        if (keep || (!name.empty() && name.back() != '_')) name += keep ? c : '_';
    }
    while (!name.empty() && (name.back() == '_' || name.back() == '.')) name.pop_back();
    while (!name.empty() && (name.front() == '.' || name.front() == '-')) name.erase(0, 1);
    return name.empty() ? "stack" : cut(name, kLongestName);
}

std::string compact_utc(const std::optional<UtcTime>& time) {
    return time ? format_time(*time, "%04d%02u%02uT%02d%02d%02d") : "";
}

std::string iso_utc(UtcTime time) { return format_time(time, "%04d-%02u-%02uT%02d:%02d:%02d.%03d"); }

std::string exposure_text(Seconds exposure) {
    // Not printf's %g: a locale with a decimal comma must not reach file names.
    const auto micro = static_cast<long long>(exposure.count() * 1e6 + 0.5);
    std::string text = std::to_string(micro / 1'000'000);
    std::string fraction = std::to_string(micro % 1'000'000);
    fraction.insert(0, 6 - fraction.size(), '0');
    while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
    return fraction.empty() ? text : text + "." + fraction;
}

std::string product_name(const std::string& object, const std::optional<UtcTime>& first_exposure, std::size_t frames,
                         const std::optional<Seconds>& exposure) {
    std::string name = safe_name(object);
    if (first_exposure) name += "_" + compact_utc(first_exposure);
    name += "_" + std::to_string(frames) + "x";
    if (exposure) name += exposure_text(*exposure) + "s";
    return name;
}

std::filesystem::path free_product_path(const std::filesystem::path& folder, const std::string& name) {
    for (int serial = 1;; ++serial) {
        const std::string candidate = serial == 1 ? name : name + "-" + std::to_string(serial);
        bool taken = false;
        for (const char* extension : {".fits", ".png", ".json", ".tif", ".html"}) {
            taken = taken || std::filesystem::exists(folder / (candidate + extension));
        }
        if (!taken) return folder / (candidate + ".fits");
    }
}

}  // namespace nightstack::tools
