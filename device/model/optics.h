// SPDX-License-Identifier: MIT
// The scope cameras known so far, as a table: sensor, lens, colour pattern. Constant data, any
// thread. A header's own figures (FOCALLEN, XPIXSZ, BAYERPAT) win over this table.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "pipeline/core/cfa.h"

namespace nightstack::device {

enum class Lens { tele, wide };

struct Optics {
    std::string_view telescope;  // our spelling: "DWARF II"
    Lens lens = Lens::tele;
    std::string_view sensor;  // "" unknown
    int width = 0;            // frame as written without binning
    int height = 0;
    std::optional<double> pixel_um;         // unbinned
    std::optional<double> focal_length_mm;  // of the lens; the wide cameras' from their field of view
    std::optional<double> aperture_mm;
    std::optional<double> field_x_deg;
    std::optional<double> field_y_deg;
    std::optional<CfaPattern> cfa_bin1;  // array row 0 first
    std::optional<CfaPattern> cfa_bin2;
    std::optional<int> bits;  // of the converter; the files hold 16
    std::string_view source;
};

std::span<const Optics> known_optics();

// A scope by any of the spellings its headers use (DWARFII, DWARF II, DWARF2, DWARFIII, DWARF 3,
// DWARF mini; case, blanks and signs do not count) and a camera by the frame's size, binned by 2
// or not. A size that no camera of that scope has gives nothing; so does an unknown scope.
struct FoundOptics {
    const Optics* optics = nullptr;
    int binning = 1;
    double arcsec_per_px = 0;  // 0 unknown
    std::optional<CfaPattern> cfa() const { return binning == 1 ? optics->cfa_bin1 : optics->cfa_bin2; }
};
std::optional<FoundOptics> find_optics(std::string_view telescope_word, int width, int height);

// The same when the lens is known by other means (folder name, CAMERA).
std::optional<FoundOptics> find_optics(std::string_view telescope_word, Lens lens, int width, int height);

}  // namespace nightstack::device
