// SPDX-License-Identifier: MIT
// How a point of light lands on the sensor: telescope and seeing together, a round Moffat profile
// (Moffat 1969), integrated over the square of each pixel.
#pragma once

namespace nightstack::sky {

struct OpticsOptions {
    double fwhm_px = 3.0;
    double beta = 3.0;          // wing exponent: 2.5 long wings ... 10 nearly Gaussian
    double fwhm_jitter = 0.04;  // sigma of the frame to frame change, as a fraction
    // The lens bends the picture about the frame's middle (core/distortion.h); what the mount does happens on the ideal
    // plane. Stars and the centres of extended objects move with it, the sky's gradient and trails do not.
    double distortion_k1 = 0;
    double distortion_k2 = 0;
    void check() const;  // throws OptionError: fwhm_px >= 1, 2 <= beta <= 20, 0 <= fwhm_jitter <= 0.5, no fold
};

// A profile of total 1 over the whole plane. Immutable.
class Moffat {
public:
    Moffat(double fwhm_px, double beta);
    double fwhm_px() const { return fwhm_px_; }
    // Per px^2 at a squared distance.
    double density(double r2) const;
    // What falls into the pixel whose centre is (dx, dy) away.
    double in_pixel(double dx, double dy) const;
    // The part of the light outside a circle.
    double beyond(double radius_px) const;
    // Where a star of this flux may end unseen: 0.1 % of the light left, and less than 0.02 e-/px.
    double reach_px(double flux_e) const;

private:
    double fwhm_px_;
    double beta_;
    double inverse_alpha2_;
    double peak_;
    double core_px2_;
};

}  // namespace nightstack::sky
