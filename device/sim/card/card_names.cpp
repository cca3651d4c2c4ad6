// SPDX-License-Identifier: MIT
#include "device/sim/card/card_names.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace nightstack::device::sim {
namespace {

constexpr std::chrono::milliseconds kToCard{1500};  // from the exposure's end

template <class... T>
std::string printed(const char* format, T... values) {
    std::array<char, 160> text{};
    std::snprintf(text.data(), text.size(), format, values...);
    return text.data();
}

struct Parts {
    int year, hour, minute, second, ms;
    unsigned month, day;
};

Parts parts(SkyTime time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    return {static_cast<int>(date.year()),
            static_cast<int>(clock.hours().count()),
            static_cast<int>(clock.minutes().count()),
            static_cast<int>(clock.seconds().count()),
            static_cast<int>(clock.subseconds().count()),
            static_cast<unsigned>(date.month()),
            static_cast<unsigned>(date.day())};
}

// 20251018-045226559
std::string short_stamp(SkyTime time) {
    const Parts p = parts(time);
    return printed("%04d%02u%02u-%02d%02d%02d%03d", p.year, p.month, p.day, p.hour, p.minute, p.second, p.ms);
}

// A client's word as part of a name.
std::string harmless(const std::string& text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' ' ||
                           c == '-' || c == '_' || c == '.' || c == '+';
        out += plain ? c : '_';
    }
    return out;
}

std::string with_target(const Exposed& e) { return e.target.empty() ? "" : harmless(e.target) + "_"; }

// 15_GAIN_80
std::string exposure_and_gain(const Exposed& e) {
    return exposure_text(e.exposure_s) + "_GAIN_" + std::to_string(e.gain);
}

std::string dark_group(const Exposed& dark) {
    return "exp_" + exposure_text(dark.exposure_s) + "_gain_" + std::to_string(dark.gain) + "_bin_" +
           std::to_string(dark.binning + 1);
}

int celsius(const Exposed& e) { return static_cast<int>(std::lround(e.sensor_c)); }

}  // namespace

SkyTime scope_begin(const Exposed& exposed) { return exposed.begin + exposed.clock_error; }

SkyTime scope_written(const Exposed& exposed) {
    return scope_begin(exposed) + std::chrono::milliseconds(std::llround(exposed.exposure_s * 1000)) + kToCard;
}

std::string stamp_text(SkyTime time) {
    const Parts p = parts(time);
    return printed("%04d-%02u-%02u-%02d-%02d-%02d-%03d", p.year, p.month, p.day, p.hour, p.minute, p.second, p.ms);
}

std::string exif_time(SkyTime time) {
    const Parts p = parts(time);
    return printed("%04d:%02u:%02u %02d:%02d:%02d", p.year, p.month, p.day, p.hour, p.minute, p.second);
}

std::string exposure_text(double seconds) {
    std::array<char, 40> text{};
    const double rounded = std::round(seconds * 1e6) / 1e6;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), rounded, std::chars_format::fixed).ptr;
    return {text.data(), end};
}

std::string session_folder(const Exposed& first, Layout layout) {
    if (layout == Layout::v1) return "Astronomy/" + first.session;
    return std::string("Astronomy/DWARF_RAW_") + (layout == Layout::dwarf3 ? "TELE_" : "") + with_target(first) +
           "EXP_" + exposure_and_gain(first) + "_" + stamp_text(scope_begin(first));
}

std::string frame_file(const Exposed& frame, Layout layout) {
    const std::string extension = frame.format == 1 ? ".tiff" : ".fits";
    const bool told = std::ranges::find(frame.faults, "frame.failed_mark") != frame.faults.end();
    const std::string mark = told || (frame.failed && layout == Layout::dwarf3) ? "failed_" : "";
    if (layout != Layout::dwarf3) return mark + printed("%04d", frame.index) + extension;
    return mark + (frame.target.empty() ? "raw_" : with_target(frame)) + exposure_text(frame.exposure_s) + "s" +
           std::to_string(frame.gain) + (frame.ir_pass ? "_Astro_" : "_VIS_") + short_stamp(scope_begin(frame)) + "_" +
           std::to_string(celsius(frame)) + "C" + extension;
}

std::string stack_file(const Exposed& first, Layout layout) {
    if (layout == Layout::v1) return "";
    if (layout == Layout::y2024) return "stacked-16.png";
    return "stacked-16_" + with_target(first) + exposure_text(first.exposure_s) + "s" + std::to_string(first.gain) +
           (first.ir_pass ? "_Astro_" : "_VIS_") + short_stamp(scope_begin(first)) + ".png";
}

std::string dark_folder(const Exposed& dark, Layout layout) {
    if (layout == Layout::v1) return "Astronomy/" + dark.session + "/" + dark_group(dark);
    if (layout == Layout::y2024) return "Astronomy/DWARF_DARK/" + dark_group(dark);
    // One stamp for all frames of a set: its first frame's.
    const auto step = std::chrono::milliseconds(std::llround(dark.exposure_s * 1000) + 1000);
    return "Astronomy/DWARF_DARK/tele_" + dark_group(dark) + "_" + stamp_text(scope_begin(dark) - dark.index * step);
}

std::string dark_file(const Exposed& dark, Layout layout) {
    const std::string number = printed("%04d", dark.index);
    if (layout != Layout::dwarf3) return number + ".fits";
    return "raw_" + exposure_text(dark.exposure_s) + "s_" + std::to_string(dark.gain) + "_" + number + "_" +
           short_stamp(scope_begin(dark)) + "_" + std::to_string(celsius(dark)) + "C.fits";
}

std::string factory_dark_folder(const Exposed& dark, Layout layout) {
    return layout == Layout::dwarf3 ? "CALI_FRAME/dark/cam_0" : "Astronomy/DWARF_DARK/" + dark_group(dark);
}

std::string factory_master_file(const Exposed& dark, int frames) {
    return printed("dark_exp_%.6f_gain_%d_bin_%d_%dC_stack_%d.fits", dark.exposure_s, dark.gain, dark.binning + 1,
                   celsius(dark), frames);
}

std::string photo_file(const Exposed& photo, Layout layout) {
    if (layout != Layout::v1)
        return std::string(photo.camera == 0 ? "DWARF_TELE_" : "DWARF_WIDE_") + stamp_text(scope_begin(photo)) + ".jpg";
    return photo.session + (photo.count > 1 ? printed("_%04d", photo.index) : "") + ".jpg";
}

std::string film_file(const Exposed& film) { return film.session + ".avi"; }

std::string tile_file(const Exposed& tile) {
    return std::to_string(tile.row) + "_" + std::to_string(tile.column) + ".jpg";
}

}  // namespace nightstack::device::sim
