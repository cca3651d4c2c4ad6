// SPDX-License-Identifier: MIT
// From stars with known places to a Wcs: robust least squares in the plane that touches the sky at the reference pixel.
// The models are similarity, affine, and polynomials of order 2 and 3, which is what SIP writes (Shupe et al. 2005, ASP
// 347, 491): plane = CD (p + A(p), p + B(p)). The simplest is taken whose cross-validated residual is within a tenth of
// the best one's, or within 5 / stars where that is more; 10, 30 and 60 pairs are asked for before the higher ones are
// tried. Fewer stars follow their own noise.
// A lens that is known is not fitted: its k1 and k2 about its centre are a polynomial of order 3 or 5 as they stand
// (core/distortion.h). Inner part of the astrometry room; pure, any thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "pipeline/core/distortion.h"
#include "pipeline/stages/astrometry/sky_plane.h"
#include "pipeline/stages/astrometry/wcs.h"

namespace nightstack {

struct PlatePair {
    Point pixel;  // as in the frame, bent and not mirrored
    Direction sky;
};

struct PlateOptions {
    int width = 0;
    int height = 0;
    double arcsec_per_px = 0;  // about
    bool mirrored = false;
    std::optional<RadialDistortion> lens;
};

struct PlateFit {
    Wcs wcs;  // with AP and BP
    int matched = 0;
    double rms_px = 0;   // of the matched ones: distance, both axes
    double bend_px = 0;  // the largest of A and B in the corners of the frame
    int order = 0;       // 0 similarity, 1 affine, 2 and 3 SIP
};

// `guess` is where the middle of the frame looks, to a degree. Empty when the pairs do not determine a similarity.
std::optional<PlateFit> fit_plate(std::span<const PlatePair> pairs, const Direction& guess,
                                  const PlateOptions& options);

}  // namespace nightstack
