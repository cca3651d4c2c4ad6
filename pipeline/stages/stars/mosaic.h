// SPDX-License-Identifier: MIT
// Coloured stars on a mosaic. A sharp star (FWHM below about 3.5 px) is sampled too coarsely in each
// colour; the luminance plane then carries a ripple of the mosaic's period that pulls the centroid
// by up to 0.1 px, depending on where on the pattern the star falls. The ripple is predicted from
// the light the star has in each of the four phases of the pattern, and taken off. No pattern is
// needed: the phases are treated as four unknown colours.
#pragma once

#include <array>

#include "pipeline/stages/stars/patch.h"

namespace nightstack {

// exp(-d^2 / 2 variance) along one axis, for the pixels `first` ... of the frame around a star.
struct Bell {
    static constexpr int kMostReach = 10;
    static constexpr int kLanes = 4;
    static constexpr int kRoom = (2 * kMostReach + 1 + kLanes - 1) / kLanes * kLanes;

    Bell(double centre, double variance);

    int first = 0;
    int size = 0;
    std::array<double, kRoom> weight{};  // 0 from `size` on
};
struct StarBell {
    Bell x;
    Bell y;
    // A Gaussian of variance `variance` (on the original pixels) at `star` of the frame.
    StarBell(Point star, double variance) : x(star.x, variance), y(star.y, variance) {}
};

// Height of the star per phase (x & 1) + 2 * (y & 1) of the original pixels: least squares of the Gaussian. The sums
// run along columns first, so that every machine adds in one order.
using PhaseHeights = std::array<double, 4>;
PhaseHeights phase_heights(const StarField& field, const LocalSky& sky, int sky_x, int sky_y, const StarBell& star);

// Largest departure of a phase from the mean, as a part of the mean; 0 when there is no light.
double colour_contrast(const PhaseHeights& heights);

// Subtracts from the patch what the departures of the phases from their mean leave after smoothing.
void remove_colour_ripple(Patch& patch, const PhaseHeights& heights, const StarBell& star);

}  // namespace nightstack
