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

// Height of the star per phase (x & 1) + 2 * (y & 1) of the original pixels: least squares of a
// Gaussian of variance `variance` (on the original pixels) at (x, y) of the frame.
using PhaseHeights = std::array<double, 4>;
PhaseHeights phase_heights(const StarField& field, const LocalSky& sky, int sky_x, int sky_y, Point star,
                           double variance);

// Largest departure of a phase from the mean, as a part of the mean; 0 when there is no light.
double colour_contrast(const PhaseHeights& heights);

// Subtracts from the patch what the departures of the phases from their mean leave after smoothing.
void remove_colour_ripple(Patch& patch, const PhaseHeights& heights, Point star, double variance);

}  // namespace nightstack
