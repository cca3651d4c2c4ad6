// SPDX-License-Identifier: MIT
// What is known about a frame besides its pixels. Plain values: copy freely, no thread rule.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "pipeline/core/cfa.h"

namespace nightstack {

using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;
using Seconds = std::chrono::duration<double>;

enum class PixelKind { mono, cfa, rgb };

// What is constant for a stream of frames: they can be calibrated and stacked together only if equal.
struct StreamFormat {
    int width = 0;
    int height = 0;
    PixelKind kind = PixelKind::mono;
    std::optional<CfaPattern> cfa;  // set exactly when kind == cfa; array row 0 first

    int planes() const { return kind == PixelKind::rgb ? 3 : 1; }
    friend bool operator==(const StreamFormat&, const StreamFormat&) = default;
};

enum class ImageRole { light, dark, flat, bias, flat_dark, unknown };

// One exposure, as far as its header, sidecar or folder name tell. Absent means unknown, never 0.
struct FrameInfo {
    std::string camera;                   // instrument as written by the camera, "" unknown
    std::string telescope;                // "" unknown
    std::string object;                   // target as written, "" unknown
    std::string filter;                   // "" unknown
    ImageRole role = ImageRole::unknown;  // from IMAGETYP
    std::optional<Seconds> exposure;
    std::optional<double> gain;           // in the camera's own steps
    std::optional<int> binning;           // n for n x n
    std::optional<double> temperature_c;  // sensor
    std::optional<UtcTime> start_utc;     // begin of the exposure
    std::optional<double> ra_deg;         // J2000 pointing as commanded
    std::optional<double> dec_deg;
    std::optional<double> site_lat_deg;  // of the observer, north positive
    std::optional<double> site_long_deg;  // east positive, -180 to 180
    std::optional<double> site_elev_m;
    std::optional<double> focal_length_mm;
    std::optional<double> pixel_size_um;
};

}  // namespace nightstack
