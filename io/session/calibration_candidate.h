// SPDX-License-Identifier: MIT
// Frames or a ready master that could calibrate a session, as far as names tell.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/session/name_hints.h"

namespace nightstack::io {

enum class CalibrationKind { dark, flat, bias, flat_dark };
std::string_view name(CalibrationKind kind);  // "dark", "flat", "bias", "flat dark"

enum class HintSource { none, name, folder, header };  // what told exposure and gain

// A value. Absent means unknown, never 0.
struct CalibrationCandidate {
    std::vector<std::filesystem::path> paths;  // in natural order; one for a ready master
    CalibrationKind kind = CalibrationKind::dark;
    bool is_master = false;
    int frames = 0;  // exposures it is made of; 0 for a master that does not say
    CameraSide camera = CameraSide::unknown;
    std::optional<double> exposure_s;
    std::optional<double> gain;
    std::optional<int> binning;
    std::optional<double> temperature_c;  // mean over the frames that say
    std::optional<int> ir;                // code in a ready flat's name: 0 VIS, 1 Astro, 2 Duo-Band
    std::string filter;                   // as a header or name writes it
    HintSource from = HintSource::none;
    std::filesystem::path serves;  // sessions in and below this folder
    bool joined = false;           // lies with another session that is stacked together with the lights' own
};

// "DWARF_DARK/exp_15_gain_80_bin_1 (40 frames)", "dark_exp_15...fits": short, fit for a terminal.
std::string describe(const CalibrationCandidate& candidate);

}  // namespace nightstack::io
