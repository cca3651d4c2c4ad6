// SPDX-License-Identifier: MIT
// Measures one star: local sky, centroid, shape, flux. All on the luminance plane; the original
// pixels are asked only for the peak and for saturation.
//
// Centroid: Gaussian-windowed and iterated (as in SExtractor's XWIN), the window matched to the
// frame's own star images; with the luminance kernel it acts like a window of about the width of the
// star on the original pixels, which is the best linear filter under sky noise, and a wider one for
// bright stars, where the star's own photons are the noise.
// On a mosaic the ripple of sharp coloured stars is taken off first (mosaic.h).
// Shape: second moments under an elliptical Gaussian that is adapted until it equals the star
// (Bernstein & Jarvis 2002), corrected for the window.
#pragma once

#include "pipeline/core/star.h"
#include "pipeline/stages/stars/candidates.h"
#include "pipeline/stages/stars/profile.h"

namespace nightstack {

enum class Finding {
    star,
    faint,      // below the asked significance in a window of the star's size, or lost in a bright wing
    too_sharp,  // narrower than optics can draw: hot pixels, cosmic ray hits
    trail,      // a line: satellite, aeroplane
    odd,        // no centre found, cut by the edge, or far larger than the stars of this frame
};

struct Measurement {
    Finding finding = Finding::odd;
    Star star;
    Shape shape;            // on the luminance plane
    double core_ratio = 1;  // see ShapeFit
    double contrast = 0;    // colour_contrast of mosaic.h; 0 when the star is too wide to need it
    double window_snr = 0;  // in a Gaussian window of the star's size, sky noise only
};

// Thread-safe: reads the field only. `least_snr` is held against window_snr.
Measurement measure_star(const StarField& field, const FrameProfile& profile, const Candidate& candidate,
                         double least_snr);

}  // namespace nightstack
