// SPDX-License-Identifier: MIT
#include "pipeline/sky/optics.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "pipeline/core/distortion.h"
#include "pipeline/core/error.h"
#include "pipeline/sky/elementary.h"

namespace nightstack::sky {

namespace {

constexpr double lost_fraction = 1e-3;
constexpr double unseen_e_per_px = 0.02;
constexpr double longest_reach_px = 800;

// Gauss-Legendre of four points on [-1/2, 1/2].
constexpr double node[4] = {-0.43056815579702629, -0.16999052179242813, 0.16999052179242813, 0.43056815579702629};
constexpr double weight[4] = {0.17392742256872693, 0.32607257743127307, 0.32607257743127307, 0.17392742256872693};

}  // namespace

void OpticsOptions::check() const {
    if (!(fwhm_px >= 1)) throw OptionError("optics: fwhm_px " + std::to_string(fwhm_px) + " is below 1");
    if (!(beta >= 2 && beta <= 20)) throw OptionError("optics: beta " + std::to_string(beta) + " is not in 2..20");
    if (!(fwhm_jitter >= 0 && fwhm_jitter <= 0.5)) {
        throw OptionError("optics: fwhm_jitter " + std::to_string(fwhm_jitter) + " is not in 0..0.5");
    }
    if (!RadialDistortion{{}, 1, distortion_k1, distortion_k2}.sound()) {
        throw OptionError("optics: distortion " + std::to_string(distortion_k1) + ", " + std::to_string(distortion_k2) +
                          " folds the picture");
    }
}

Moffat::Moffat(double fwhm_px, double beta) : fwhm_px_(fwhm_px), beta_(beta) {
    const double alpha = fwhm_px / (2 * std::sqrt(power_of(2, 1 / beta) - 1));
    inverse_alpha2_ = 1 / (alpha * alpha);
    peak_ = (beta - 1) / pi * inverse_alpha2_;
    const double core = std::max(2.5, 1.2 * fwhm_px);
    core_px2_ = core * core;
}

double Moffat::density(double r2) const {
    const double u = 1 + r2 * inverse_alpha2_;
    if (beta_ != 4) return peak_ * exp_of(-beta_ * log_of(u));
    const double inverse = 1 / (u * u);  // much quicker, for who renders a frame a second
    return peak_ * inverse * inverse;
}

double Moffat::in_pixel(double dx, double dy) const {
    const double r2 = dx * dx + dy * dy;
    if (r2 > core_px2_) {
        // Value at the centre and its Laplacian / 24: the next term of the pixel's integral.
        const double q = r2 * inverse_alpha2_;
        const double u = 1 + q;
        const double laplacian = 4 * beta_ * inverse_alpha2_ / u * ((beta_ + 1) * q / u - 1);
        return density(r2) * (1 + laplacian / 24);
    }
    double sum = 0;
    for (int j = 0; j < 4; ++j) {
        const double y = dy + node[j];
        for (int i = 0; i < 4; ++i) {
            const double x = dx + node[i];
            sum += weight[i] * weight[j] * density(x * x + y * y);
        }
    }
    return sum;
}

double Moffat::beyond(double radius_px) const {
    return power_of(1 + radius_px * radius_px * inverse_alpha2_, 1 - beta_);
}

double Moffat::reach_px(double flux_e) const {
    const double by_light = power_of(lost_fraction, 1 / (1 - beta_)) - 1;
    const double by_level = power_of(std::max(1.0, flux_e * peak_ / unseen_e_per_px), 1 / beta_) - 1;
    return std::min(longest_reach_px, std::sqrt(std::max(by_light, by_level) / inverse_alpha2_) + 1);
}

}  // namespace nightstack::sky
