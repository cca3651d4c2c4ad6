// SPDX-License-Identifier: MIT
// Bundle adjustment of a panorama: rotations of all tiles and the lenses they were taken through, so that corresponding
// places point into one direction (Triggs et al. 2000; Levenberg 1944, Marquardt 1963). Robust: places that do not fit
// count less and less (Cauchy). Pure functions; any thread, the same result on every CPU level.
#pragma once

#include <span>
#include <vector>

#include "pipeline/stages/stitch/camera/tile_camera.h"
#include "pipeline/stages/stitch/links/tile_link.h"

namespace nightstack {

// Tiles of one lens have its focal length and bending; their sizes may differ.
struct BundleCamera {
    TileCamera camera;
    int lens = 0;
};

// What is known beforehand, per lens, weak enough to give way to a few good links.
struct LensPrior {
    double f_px = 0;  // 0: nothing
    double sigma_log_f = 0.1;
    double sigma_k = 0.05;
};

struct BundleOptions {
    bool focal = true, k1 = false, k2 = false;  // which of the lens are found, too
    double scale_floor_px = 0.05;               // places are not believed to be better than that
    // How far off places are believed at first, in units of their expected errors; it shrinks to what they miss by. So
    // a ring that does not close yet is pulled together before the place where it is open counts as false. 0: at once.
    double start_scale = 0;
    double least_scale = 0.2;  // it does not shrink below that
    int most_rounds = 60;
    std::vector<LensPrior> priors;  // one per lens, or none
};

struct LinkFit {
    double rms_px = 0;     // of the places that fit, in pixels of the second tile
    double median_px = 0;  // of all places
    int inliers = 0;
};

struct BundleReport {
    double scale_px = 0;  // robust deviation per axis of all places
    double cost = 0;      // robust, comparable between runs over the same links and scale
    int places = 0;
    std::vector<LinkFit> links;       // one per link given
    std::vector<double> tile_rms_px;  // of the places of each tile that fit; 0 without links
};

// Changes `cameras`; those without links stay. Links name tiles by their index in `cameras`.
BundleReport adjust(std::span<BundleCamera> cameras, std::span<const TileLink> links, const BundleOptions& options);

// How the links fit cameras as they are.
BundleReport judge(std::span<const BundleCamera> cameras, std::span<const TileLink> links, double scale_floor_px);

}  // namespace nightstack
