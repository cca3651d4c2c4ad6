// SPDX-License-Identifier: MIT
// Small star fields with known truth for the tests of this folder: light integrated over pixels,
// shot and read noise, colours through a mosaic. Plain and slow on purpose. 1 ADU = 1 electron.
#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "pipeline/core/cfa.h"
#include "pipeline/core/image.h"
#include "pipeline/core/star.h"

namespace nightstack::test {

struct Psf {
    double fwhm_px = 3;
    double moffat_beta = 0;  // 0 = Gaussian
    double axis_ratio = 1;   // minor / major
    double angle_rad = 0;    // of the major axis
    double trail_px = 0;     // smeared evenly along the angle
};

struct TrueStar {
    double x = 0;
    double y = 0;
    double flux = 0;
    std::array<double, 3> colour{1, 1, 1};  // flux per channel of a mosaic, times flux
};

// Light per px^2 of a star of unit flux, at a distance from its centre. `fwhm_px` is the geometric mean.
inline double density(const Psf& psf, double dx, double dy) {
    const double u = dx * std::cos(psf.angle_rad) + dy * std::sin(psf.angle_rad);
    const double v = -dx * std::sin(psf.angle_rad) + dy * std::cos(psf.angle_rad);
    const double major = psf.fwhm_px / std::sqrt(psf.axis_ratio);
    const double minor = psf.fwhm_px * std::sqrt(psf.axis_ratio);
    const double q = 4 * (u * u / (major * major) + v * v / (minor * minor));  // 1 at half maximum
    if (psf.moffat_beta <= 0) {
        return 4 * std::log(2.0) / (M_PI * major * minor) * std::exp(-std::log(2.0) * q);
    }
    const double b = psf.moffat_beta;
    const double k = std::pow(2.0, 1 / b) - 1;
    return 4 * k * (b - 1) / (M_PI * major * minor) * std::pow(1 + k * q, -b);
}

// Mean over the pixel (and the trail) by midpoints.
inline double pixel_share(const Psf& psf, double dx, double dy) {
    const double r = std::hypot(dx, dy) - psf.trail_px / 2;
    const int n = r < 1.5 * psf.fwhm_px ? 7 : 3;
    const int steps = psf.trail_px > 0 ? std::max(1, static_cast<int>(3 * psf.trail_px)) : 1;
    double sum = 0;
    for (int t = 0; t < steps; ++t) {
        const double along = psf.trail_px * ((t + 0.5) / steps - 0.5);
        for (int j = 0; j < n; ++j) {
            for (int i = 0; i < n; ++i) {
                sum += density(psf, dx + (i + 0.5) / n - 0.5 + along * std::cos(psf.angle_rad),
                               dy + (j + 0.5) / n - 0.5 + along * std::sin(psf.angle_rad));
            }
        }
    }
    return sum / (n * n * steps);
}

class Scene {
public:
    Scene(int width, int height) : image_(width, height) {}

    void add_sky(double level, double slope_x = 0, double slope_y = 0) {
        each([&](int x, int y, float& v) { v += static_cast<float>(level + slope_x * x + slope_y * y); });
    }
    // Sky per channel of the mosaic.
    void add_sky(CfaPattern cfa, std::array<double, 3> level) {
        each([&](int x, int y, float& v) {
            v += static_cast<float>(level[static_cast<std::size_t>(colour_at(cfa, x, y))]);
        });
    }
    void add_star(const Psf& psf, const TrueStar& s, std::optional<CfaPattern> cfa = std::nullopt) {
        const double wings = psf.moffat_beta > 0 ? 9 : 3;
        const int reach = static_cast<int>(wings * psf.fwhm_px / std::sqrt(psf.axis_ratio) + psf.trail_px / 2) + 2;
        const int cx = static_cast<int>(std::lround(s.x));
        const int cy = static_cast<int>(std::lround(s.y));
        for (int y = std::max(0, cy - reach); y <= std::min(image_.height() - 1, cy + reach); ++y) {
            for (int x = std::max(0, cx - reach); x <= std::min(image_.width() - 1, cx + reach); ++x) {
                const double c = cfa ? s.colour[static_cast<std::size_t>(colour_at(*cfa, x, y))] : 1.0;
                image_.view()(x, y) += static_cast<float>(c * s.flux * pixel_share(psf, x - s.x, y - s.y));
            }
        }
    }
    // Photon noise of what is there, and read noise.
    void add_noise(std::mt19937& rng, double read_noise) {
        std::normal_distribution<double> unit;
        each([&](int, int, float& v) {
            v += static_cast<float>(unit(rng) * std::sqrt(std::max(0.0F, v) + read_noise * read_noise));
        });
    }
    void clip_at(float level) {
        each([&](int, int, float& v) { v = std::min(v, level); });
    }
    template <class Use>
    void each(Use&& use) {
        for (int y = 0; y < image_.height(); ++y) {
            for (int x = 0; x < image_.width(); ++x) use(x, y, image_.view()(x, y));
        }
    }
    ImageView<float> view() { return image_.view(); }
    ImageView<const float> cview() const { return image_.view(); }

private:
    Image<float> image_;
};

// Stars at random places at least `apart_px` from each other and from the edge; flux falls by a power law.
inline std::vector<TrueStar> random_stars(std::mt19937& rng, int width, int height, int count, double least_flux,
                                          double most_flux, double apart_px, double slope = 1.0) {
    std::uniform_real_distribution<double> unit(0, 1);
    std::vector<TrueStar> stars;
    for (int attempt = 0; attempt < 200 * count && static_cast<int>(stars.size()) < count; ++attempt) {
        TrueStar s;
        const double edge = std::max(8.0, apart_px / 2);
        s.x = edge + unit(rng) * (width - 1 - 2 * edge);
        s.y = edge + unit(rng) * (height - 1 - 2 * edge);
        s.flux = least_flux * std::pow(most_flux / least_flux, std::pow(unit(rng), slope));
        bool free = true;
        for (const TrueStar& o : stars) free = free && std::hypot(o.x - s.x, o.y - s.y) >= apart_px;
        if (free) stars.push_back(s);
    }
    return stars;
}

// The measured star nearest to a point, or nullptr when none lies within `radius_px`.
inline const Star* nearest(const StarList& list, double x, double y, double radius_px) {
    const Star* best = nullptr;
    double least = radius_px;
    for (const Star& s : list) {
        const double d = std::hypot(s.x - x, s.y - y);
        if (d <= least) {
            least = d;
            best = &s;
        }
    }
    return best;
}

// Least rms of the x coordinate any unbiased estimate can reach (Cramer-Rao), for the noise of the
// pixels it lies on: sum over pixels of (d mean / d x)^2 / variance.
inline double least_rms_x(const Psf& psf, const TrueStar& s, double sky_variance) {
    const int reach = static_cast<int>(4 * psf.fwhm_px) + 2;
    const int cx = static_cast<int>(std::lround(s.x));
    const int cy = static_cast<int>(std::lround(s.y));
    double information = 0;
    for (int y = cy - reach; y <= cy + reach; ++y) {
        for (int x = cx - reach; x <= cx + reach; ++x) {
            constexpr double h = 0.01;
            const double here = s.flux * pixel_share(psf, x - s.x, y - s.y);
            const double slope =
                s.flux * (pixel_share(psf, x - s.x - h, y - s.y) - pixel_share(psf, x - s.x + h, y - s.y)) / (2 * h);
            information += slope * slope / (here + sky_variance);
        }
    }
    return 1 / std::sqrt(information);
}

}  // namespace nightstack::test
