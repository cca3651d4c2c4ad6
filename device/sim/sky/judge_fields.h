// SPDX-License-Identifier: MIT
// truth.npz: the fields that tests/support/judge (quality.py, transforms_check.py) reads, as gen_night.py writes them.
// Its scene is the first frame; all in pixels as stored, centres at integers, all light in electrons.
//   affine (n,2,3)  scene to frame           fwhm (n)         of the stars
//   trans (n)       part of the light left   sky (n)          green, per pixel; of a cloudy frame over 1.7
//   sky_rgb (3)     over green               trails (k,6)     frame, x0, y0, x1, y1, electrons on the line
//   cloud, wind     a frame or -1            star_x, star_y (m), star_flux (m,3)  above the air, brightest first
//   ext (j,8)       Gaussians: x, y, sigmas, angle, peak red, green, blue; the first two are compact
//   scene (3,H,W)   stars and ext without noise, air and sky, as whole planes of one colour, the stars of median width
//   rn, dark_median, sat_e, gain12, off12, adu16_per_e, pattern, W, H, beta
#pragma once

#include <filesystem>
#include <vector>

#include "device/sim/sky/twin_sky.h"

namespace nightstack::device::sim {

struct JudgedFirst {
    FrameRecord record;
    int width = 0;
    int height = 0;
};

struct JudgedFrame {
    Transform from_first;
    double fwhm_px = 0;
    double transparency = 0;
    sky::Rgb sky_e;
    double cloud = 0;
    bool shaken = false;
    std::vector<sky::Trail> trails;
};

// Replaces the file. Throws IoError. Needs at least one frame.
void write_judge_fields(const std::filesystem::path& path, const JudgedFirst& first,
                        const std::vector<JudgedFrame>& frames);

}  // namespace nightstack::device::sim
