// SPDX-License-Identifier: MIT
// The shape of a star image on the luminance plane, and what a frame's typical shape settles for
// measuring every star of it: window, aperture, ring of local sky. Values; no thread rule.
#pragma once

#include <vector>

#include "pipeline/core/exponential.h"

namespace nightstack {

inline constexpr double kFwhmPerSigma = 2.3548200450309493;

// exp(-t) for t >= 0; 0 from t = 700 on.
inline double gaussian_weight(double t) { return t < 700 ? exp_of(-t) : 0; }

// Second moments of a Gaussian in px^2.
struct Shape {
    double xx = 0;
    double xy = 0;
    double yy = 0;

    static Shape round(double variance) { return {variance, 0, variance}; }
    double mean_variance() const { return (xx + yy) / 2; }
    double major_variance() const;
    double minor_variance() const;
    double fwhm_px() const;  // geometric mean of both axes; 0 when an axis has no width left
    double major_fwhm_px() const;
    double roundness() const;  // minor / major axis, 0 ... 1
};

// A pixel of a pattern, relative to the star.
struct Offset {
    int x = 0;
    int y = 0;
};

struct FrameProfile {
    Shape typical;  // on the luminance plane
    double fwhm_luminance_px = 0;
    // From the Gaussian-equivalent variance on the luminance plane to that of the light before pixels
    // and kernel: times `scale`, minus `added`.
    double scale = 1;
    double added = 0;
    bool survey = false;      // ask every sharp star for its colours, to learn whether this is a mosaic
    bool mosaic = false;      // stars differ between the phases of the pattern: see mosaic.h
    double aperture_px = 0;   // radius of the flux aperture
    int patch_radius_px = 0;  // pixels beyond are never looked at for shape and flux
    std::vector<Offset> sky_ring;
    int sky_ring_reach = 0;  // no farther from the star, along x and y

    // What the optics drew: FWHM (geometric mean of both axes, or of the long one) and axis ratio.
    double fwhm_px(const Shape& on_luminance) const;
    double major_fwhm_px(const Shape& on_luminance) const;
    double roundness(const Shape& on_luminance) const;
};

// `typical` is limited to what can be measured: 1.2 ... 16 px FWHM. `core_ratio` (ShapeFit) tells how
// far the profile is from a Gaussian: real stars have sharper cores and wider wings, a fitted
// Gaussian overestimates their FWHM by 15 %, and kernel and pixel widen them more than in quadrature.
FrameProfile make_profile(const Shape& typical, double core_ratio = 1);

}  // namespace nightstack
