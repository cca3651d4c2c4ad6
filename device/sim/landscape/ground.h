// SPDX-License-Identifier: MIT
// What covers mountains, hills and plain: rock and snow, woods, meadows and fields. Pure functions of the seed.
#pragma once

#include "device/sim/landscape/ridges.h"
#include "device/sim/landscape/sight.h"

namespace nightstack::device::sim {

// The scope stands this high above the plain, by which distances are angles below the level.
inline constexpr double kAbovePlain_m = 26;

class Ground {
public:
    explicit Ground(double pixel_deg);
    // Part of the light that is the air's in front of it.
    static float haze(Ridge ridge, double altitude_deg);

private:
    friend class GroundRow;
    double pixel_deg_;
    SeenOctaves rock_, slope_, patches_, crowns_, grass_, bends_;
};

// What the pixels of a row show of it. The row must outlive it; one thread.
class GroundRow {
public:
    GroundRow(const Ground& ground, const Noise& noise, const SightRow& row);
    // Part of the light that comes back, 1 for white, in the Sun's and the sky's light together. `ridge`: what is seen
    // there; `top_deg`: where it ends at this azimuth.
    Colour3 albedo(Ridge ridge, std::size_t x, float top_deg);

private:
    Colour3 mountain(std::size_t x, float top_deg);
    static Colour3 wood(float patch, float crowns);
    Colour3 plain(std::size_t x);
    float furrows(std::size_t x);
    float furrows_at(const Sight& at) const;

    const Noise& noise_;
    const SightRow& row_;
    double pixel_deg_;
    RowOctaves rock_, slope_, next_slope_, hill_patches_, hill_crowns_, wood_patches_, wood_crowns_, grass_;
    RowOctaves bends_;
    std::size_t furrows_knot_ = ~std::size_t{0};
    float furrows_left_ = 0, furrows_right_ = 0;
};

}  // namespace nightstack::device::sim
