// SPDX-License-Identifier: MIT
// What a report file says, as plain values for the page. The file is foreign: what has not the type it should have is
// absent, lists and texts have an end. Texts are as they stand there: not escaped.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nightstack::tools::page {

using PageLines = std::vector<std::pair<std::string, std::string>>;  // what, how much

struct PageLimit {
    std::string name;
    double value = 0, limit = 0;
};

struct PageFrame {
    std::string file, verdict, reason, text;
    std::vector<PageLimit> limits;  // what it was judged by
    std::optional<double> weight, stars, fwhm_px, roundness, background, transparency, residual_px, sharpness;
    std::optional<std::array<double, 9>> ref_from_frame;  // row-major
    bool stacked() const { return verdict == "stacked"; }
};

struct PageCalibration {
    std::string lights;  // which, where there are several groups; else ""
    PageLines masters;   // dark, flat, bias ...: what was applied, or why not
};

struct PageReport {
    std::string version, reference, model, method, aligned_by;
    std::optional<double> in, stacked, rejected, dropped, failed;
    std::vector<PageFrame> frames;
    std::size_t frames_left_out = 0;                                        // beyond the first kMostFrames
    std::vector<double> noise, low_percent, high_percent, flagged_percent;  // per plane
    std::optional<double> livetime_s;
    struct Canvas {
        double x0 = 0, y0 = 0, width = 0, height = 0, scale = 1;
    };
    std::optional<Canvas> canvas;
    std::vector<PageCalibration> calibration;
    std::vector<std::string> warnings;
    PageLines problems;
    PageLines inputs;    // by role: how many files, how large
    PageLines settings;  // what decides about pixels, then those of machine and talk
    PageLines run;
    PageLines more;  // further members: what finishing has added
};

inline constexpr std::size_t kMostFrames = 20'000;

// Throws FormatError when the text is no JSON object or larger than 256 MiB or nested deeper than 32.
PageReport page_report(const std::string& json);

}  // namespace nightstack::tools::page
