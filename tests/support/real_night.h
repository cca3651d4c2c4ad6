// SPDX-License-Identifier: MIT
// A night under the real sky on disk: small mono frames with the brightest Tycho-2 stars around RA 314.7, Dec +44.3, so
// that a plate solver has something to recognise.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "io/fits/cards.h"
#include "pipeline/core/geometry.h"

namespace nightstack::test {

struct CatalogueStar {
    double ra_deg = 0, dec_deg = 0, magnitude = 0;
};
const std::vector<CatalogueStar>& sky_around_deneb();

struct RealNightOptions {
    int width = 720, height = 480;
    int frames = 3;
    double arcsec_per_px = 30;
    double position_angle_deg = 33;
    double bend = 1.2e-8;  // radial distortion: r (1 + bend r^2), 0.9 px at the corner
    bool mirrored = false;
    double slope_adu = 0;                       // of the sky, from the left edge to the right
    std::function<void(io::FitsCards&)> cards;  // more of each header
};

// Where a star falls on the first frame; frame k is shifted by (2k, -k) pixels.
Point place_on_frame(const CatalogueStar& star, const RealNightOptions& options);

// Writes light_00.fits ... into `folder`.
void write_real_night(const std::filesystem::path& folder, const RealNightOptions& options = {});

}  // namespace nightstack::test
