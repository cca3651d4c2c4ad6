// SPDX-License-Identifier: MIT
#include "device/model/optics.h"

#include <array>
#include <cmath>
#include <numbers>
#include <string>

namespace nightstack::device {
namespace {

constexpr std::array kOptics{
    // Field and ladders: dump of getDefaultParamsConfig, firmware 2.1.6. Pattern: one real header
    // at 2x2 of 2023; at 1x1 nobody has published one.
    Optics{"DWARF II", Lens::tele, "IMX415", 3840, 2160, 1.45, 100.0, 24.0, 3.188, 1.794, std::nullopt,
           CfaPattern::gbrg, 12, "device configuration dump; FITS header 2023-06-10"},
    // f = 2718 px at 1920 columns follows from the 38.9 degrees; the pixel size is not known.
    Optics{"DWARF II", Lens::wide, "", 1920, 1080, std::nullopt, std::nullopt, std::nullopt, 38.9, 22.4, std::nullopt,
           std::nullopt, std::nullopt, "device configuration dump"},
    // 3856x2180 is what its FITS headers of 2025 say, with the margins of the sensor.
    Optics{"DWARF 3", Lens::tele, "IMX678", 3856, 2180, 2.0, 150.0, 35.0, std::nullopt, std::nullopt, CfaPattern::rggb,
           std::nullopt, 12, "FITS headers 2025 and 2026; sensor and aperture from public reviews"},
    Optics{"DWARF 3", Lens::tele, "IMX678", 3840, 2160, 2.0, 150.0, 35.0, std::nullopt, std::nullopt, CfaPattern::rggb,
           std::nullopt, 12, "as above, without the margins"},
    Optics{"DWARF mini", Lens::tele, "IMX662", 1920, 1080, 2.9, 150.0, 30.0, std::nullopt, std::nullopt,
           CfaPattern::rggb, std::nullopt, 12, "FITS header, firmware 1.0.25.2; sensor and lens from public reviews"},
};

// Letters and digits, lower case: "DWARF III" and "Dwarf-3" become "dwarfiii" and "dwarf3".
std::string plain(std::string_view word) {
    std::string out;
    for (const char c : word) {
        if (c >= 'A' && c <= 'Z') out += static_cast<char>(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
    }
    return out;
}

std::string_view telescope_name(std::string_view word) {
    const std::string low = plain(word);
    if (low == "dwarfii" || low == "dwarf2") return "DWARF II";
    if (low == "dwarfiii" || low == "dwarf3") return "DWARF 3";
    if (low == "dwarfmini") return "DWARF mini";
    return "";
}

double scale(const Optics& o, int binning) {
    constexpr double kArcsecPerRadian = 180 * 3600 / std::numbers::pi;
    if (o.pixel_um && o.focal_length_mm) return kArcsecPerRadian * *o.pixel_um * 1e-3 / *o.focal_length_mm * binning;
    // in the middle of a rectilinear picture
    if (o.field_x_deg)
        return kArcsecPerRadian * 2 * std::tan(*o.field_x_deg * std::numbers::pi / 360) / o.width * binning;
    return 0;
}

std::optional<FoundOptics> find(std::string_view word, std::optional<Lens> lens, int width, int height) {
    const std::string_view telescope = telescope_name(word);
    if (telescope.empty()) return std::nullopt;
    for (int binning = 1; binning <= 2; ++binning) {
        for (const Optics& o : kOptics) {
            if (o.telescope != telescope || (lens && o.lens != *lens)) continue;
            // Without a word about the lens a 1920x1080 frame is the tele camera binned: the wide
            // one wrote no raw frames when it had this size.
            if (!lens && o.lens == Lens::wide) continue;
            if (width == o.width / binning && height == o.height / binning)
                return FoundOptics{&o, binning, scale(o, binning)};
        }
    }
    return std::nullopt;
}

}  // namespace

std::span<const Optics> known_optics() { return kOptics; }

std::optional<FoundOptics> find_optics(std::string_view telescope_word, int width, int height) {
    return find(telescope_word, std::nullopt, width, height);
}

std::optional<FoundOptics> find_optics(std::string_view telescope_word, Lens lens, int width, int height) {
    return find(telescope_word, lens, width, height);
}

}  // namespace nightstack::device
