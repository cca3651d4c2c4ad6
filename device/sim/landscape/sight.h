// SPDX-License-Identifier: MIT
// Where the pixels of one row of a frame look, and what changes so slowly along it that every eighth pixel is enough.
// Plain values; a RowOctaves belongs to one row and one thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "device/sim/landscape/colour3.h"
#include "device/sim/landscape/noise.h"

namespace nightstack::device::sim {

inline constexpr std::size_t kKnot_px = 8;  // exact at every so many pixels, and straight in between

// A direction as the clouds want it.
struct SkyPlace {
    double height = 0;  // sine of the altitude
    double east = 0;    // sine and cosine of the azimuth
    double north = 1;
    double to_sun = 0;  // cosine of the angle to the Sun
};

struct Sight {
    double azimuth_deg = 0;  // 0..360
    double altitude_deg = 0;
    double depth = 0;  // logarithm of the degrees below the level
    SkyPlace sky;
    Colour3 clear;  // of the sky without clouds and Sun
    Colour3 haze;   // in front of what is far
};

// Of a whole number of knots and one pixel more.
using SightRow = std::vector<Sight>;

// Octaves along a row, at altitudes times `stretch` plus `shift_deg`, turned by `turn_deg` (0..360).
class RowOctaves {
public:
    RowOctaves(const SeenOctaves& octaves, const Noise& noise, const SightRow& row, double stretch,
               double shift_deg = 0, double turn_deg = 0)
        : octaves_(octaves), noise_(noise), row_(row), stretch_(stretch), shift_deg_(shift_deg), turn_deg_(turn_deg) {}

    float at(std::size_t x) {
        const std::size_t knot = x / kKnot_px;
        if (knot != knot_) go_to(knot);
        const float part = static_cast<float>(x % kKnot_px) / static_cast<float>(kKnot_px);
        return left_ + (right_ - left_) * part + octaves_.fine(noise_, azimuth(x), height(x));
    }

private:
    static constexpr std::size_t kNowhere = ~std::size_t{0};
    double azimuth(std::size_t x) const {
        const double turned = row_[x].azimuth_deg + turn_deg_;
        return turned >= 360 ? turned - 360 : turned;
    }
    double height(std::size_t x) const { return row_[x].altitude_deg * stretch_ + shift_deg_; }
    float coarse(std::size_t x) const { return octaves_.coarse(noise_, azimuth(x), height(x)); }
    void go_to(std::size_t knot) {
        left_ = knot == knot_ + 1 ? right_ : coarse(knot * kKnot_px);
        right_ = coarse((knot + 1) * kKnot_px);
        knot_ = knot;
    }

    const SeenOctaves& octaves_;
    const Noise& noise_;
    const SightRow& row_;
    double stretch_, shift_deg_, turn_deg_;
    std::size_t knot_ = kNowhere - 1;
    float left_ = 0, right_ = 0;
};

}  // namespace nightstack::device::sim
