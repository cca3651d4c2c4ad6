// SPDX-License-Identifier: MIT
#include "tools/night/show/night_words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <utility>

#include "pipeline/core/printable.h"
#include "tools/cli/progress.h"

namespace nightstack::tools {
namespace {

constexpr double kFloorKnown = 2;  // standard errors by which a floor is above 0 to be worth telling

std::string per_hour(const char* what, double value, int decimals, const char* unit) {
    return std::string(what) + " " + (value > 0 ? "+" : "") + fixed(value, decimals) + " " + unit;
}

// What a fit foretells may be anything.
std::string foretold(double seconds) { return seconds < 1e8 ? duration_text(std::max(0.0, seconds)) : "years"; }

std::string wanted_words(const TimeToSnr& wanted) {
    switch (wanted.reach) {
        case TimeToSnr::Reach::reached: return "wanted SNR reached";
        case TimeToSnr::Reach::reachable:
            return "wanted SNR after " + fixed(wanted.frames_more, 0) + " more frames, " + foretold(wanted.seconds);
        case TimeToSnr::Reach::uncertain: return "wanted SNR perhaps out of reach";
        case TimeToSnr::Reach::never: return "wanted SNR out of reach, at most " + fixed(wanted.highest_snr, 1);
    }
    return "";
}

}  // namespace

std::string plain_word(std::string_view name) {
    std::string word = printable(name);
    std::ranges::replace(word, '_', ' ');
    return word;
}

std::string fixed(double value, int decimals) {
    if (!std::isfinite(value)) return "-";
    char text[64];
    const int n = std::snprintf(text, sizeof text, std::abs(value) < 1e9 ? "%.*f" : "%.*e", decimals, value);
    return {text, static_cast<std::size_t>(std::clamp(n, 0, 63))};
}

std::string bytes_words(double bytes) {
    static constexpr const char* kUnits[] = {"B", "kB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < std::size(kUnits)) {
        bytes /= 1000;
        ++unit;
    }
    return fixed(bytes, unit > 0 && bytes < 9.95 ? 1 : 0) + " " + kUnits[unit];
}

std::string local_clock(NightTime time) {
    const std::time_t second = std::chrono::system_clock::to_time_t(time);
    std::tm t{};
    ::localtime_r(&second, &t);
    char text[48];
    std::snprintf(text, sizeof text, "%02d:%02d:%02d", t.tm_hour, t.tm_min, t.tm_sec);
    return text;
}

std::vector<std::string> count_words(const NightState& state) {
    const NightCounts& c = state.counts;
    std::vector<std::string> words{"stacked " + std::to_string(c.stacked) + " of " + std::to_string(c.in),
                                   "rejected " + std::to_string(c.rejected), "failed " + std::to_string(c.failed),
                                   "dropped " + std::to_string(c.dropped)};
    if (c.under_way > 0) words.push_back("under way " + std::to_string(c.under_way));
    return words;
}

std::vector<std::string> reason_words(const NightState& state) {
    std::vector<std::pair<std::uint64_t, std::string>> sorted;
    for (const auto& [reason, count] : state.reasons) {
        if (count > 0) sorted.emplace_back(count, plain_word(reason));
    }
    std::ranges::stable_sort(sorted, [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<std::string> words;
    for (const auto& [count, reason] : sorted) words.push_back(reason + " " + std::to_string(count));
    return words;
}

std::vector<std::string> quality_words(const NightProgress& p) {
    std::vector<std::string> words;
    if (!p.noise.empty()) {
        std::string noise = "noise " + fixed(p.noise.back().noise, 2) + " ADU";
        if (p.fit && p.fit->b > kFloorKnown * p.fit->b_error) noise += " (floor " + fixed(std::sqrt(p.fit->b), 2) + ")";
        words.push_back(std::move(noise));
    }
    if (p.snr) words.push_back("SNR " + fixed(*p.snr, 1));
    if (p.fwhm_px) words.push_back("FWHM " + fixed(*p.fwhm_px, 2) + " px");
    return words;
}

std::vector<std::string> outlook_words(const NightProgress& p) {
    std::vector<std::string> words;
    if (p.wanted) words.push_back(wanted_words(*p.wanted));
    if (!p.advice.empty())
        words.push_back(printable(p.advice));
    else if (p.floor_reached)
        words.push_back("noise floor reached: dither");
    return words;
}

std::vector<std::string> sky_words(const NightProgress& p) {
    std::vector<std::string> words;
    if (p.transparency_per_hour) words.push_back(per_hour("transparency", 100 * *p.transparency_per_hour, 1, "%/h"));
    if (p.drift_px_per_hour) words.push_back("drift " + fixed(*p.drift_px_per_hour, 1) + " px/h");
    if (p.rotation_deg_per_hour) words.push_back(per_hour("turn", *p.rotation_deg_per_hour, 2, "deg/h"));
    return words;
}

std::vector<std::string> scope_words(const NightScope& scope) {
    std::string first = "scope " + printable(scope.host) + (scope.online ? " online" : " LOST");
    if (!scope.doing.empty()) first += ": " + printable(scope.doing);
    std::vector<std::string> words{std::move(first)};
    if (scope.doing.empty() && scope.taken) {
        words.push_back(std::to_string(*scope.taken) + (scope.asked ? " of " + std::to_string(*scope.asked) : "") +
                        " taken");
    }
    if (scope.battery_percent) words.push_back("battery " + std::to_string(*scope.battery_percent) + " %");
    if (scope.temperature_c) words.push_back(std::to_string(*scope.temperature_c) + " C");
    if (scope.card_free_bytes)
        words.push_back("card " + bytes_words(static_cast<double>(*scope.card_free_bytes)) + " free");
    return words;
}

std::string written_words(const NightState& state) {
    return state.written_per_hour > 0 ? "written " + bytes_words(state.written_per_hour) + "/h" : "";
}

std::vector<std::string> disk_words(const NightState& state) {
    std::vector<std::string> words;
    // 0 before the night has begun: not looked at yet.
    if (state.disk_free_bytes > 0 || state.begun != NightTime{})
        words.push_back("disk " + bytes_words(static_cast<double>(state.disk_free_bytes)) + " free");
    if (std::string written = written_words(state); !written.empty()) words.push_back(std::move(written));
    words.push_back("frames in " + bytes_words(std::max(0.0, state.bytes_per_s)) + "/s");
    return words;
}

std::vector<std::string> left_words(const NightState& state) {
    std::vector<std::string> words;
    if (state.left) words.push_back("left " + foretold(static_cast<double>(state.left->count())));
    if (state.expected) words.push_back(std::to_string(*state.expected) + " frames to come");
    return words;
}

}  // namespace nightstack::tools
