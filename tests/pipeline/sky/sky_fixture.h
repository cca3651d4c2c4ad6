// SPDX-License-Identifier: MIT
// Small quiet nights and plain sums for the tests of the sky.
#pragma once

#include <cmath>
#include <cstdint>
#include <vector>

#include "pipeline/sky/render.h"

namespace nightstack::sky {

// A perfect camera under a black still sky: the test switches on what it looks at.
inline NightOptions quiet_night(int width, int height) {
    NightOptions o;
    o.frames = 5;
    o.sensor.width = width;
    o.sensor.height = height;
    o.sensor.cfa.reset();
    o.sensor.bits = 16;
    o.sensor.adc_scale = 1;
    o.sensor.full_well_e = 1e9;
    o.sensor.hot_pixels = 0;
    o.sensor.cold_pixels = 0;
    o.sensor.vignetting = 0;
    o.sensor.pixel_response = 0;
    o.sensor.dark_current_e_per_s = 0;
    o.optics.fwhm_jitter = 0;
    o.mount = {.drift_x_px = 0, .drift_y_px = 0, .dither_px = 0, .rotation_deg = 0, .meridian_flip = false};
    o.atmosphere = {.sky_e = {0, 0, 0}, .gradient_x = 0, .gradient_y = 0, .rise = 0, .transparency_spread = 0};
    o.noise = {.shot = false, .read = false, .dark = false, .defects = false, .quantisation = false};
    return o;
}

inline Scene one_star(double x, double y, double flux_e) { return {{{x, y, {flux_e, flux_e, flux_e}}}, {}}; }

inline Image<std::uint16_t> light_of(const Night& night, int index = 0) {
    SerialRunner runner;
    Image<std::uint16_t> image(night.width(), night.height());
    render_light(image.view(), night, index, runner);
    return image;
}

inline Image<std::uint16_t> dark_of(const Night& night, int index = 0) {
    SerialRunner runner;
    Image<std::uint16_t> image(night.width(), night.height());
    render_dark(image.view(), night, index, runner);
    return image;
}

inline Image<float> noise_free_of(const Night& night, int index = 0, const NoiseFreeOptions& options = {}) {
    SerialRunner runner;
    Image<float> image(night.width(), night.height());
    render_noise_free(image.view(), night, index, options, runner);
    return image;
}

template <class T>
bool same_pixels(const Image<T>& a, const Image<T>& b) {
    for (int y = 0; y < a.height(); ++y) {
        for (int x = 0; x < a.width(); ++x) {
            if (a.view()(x, y) != b.view()(x, y)) return false;
        }
    }
    return a.width() == b.width() && a.height() == b.height();
}

struct Moments {
    double sum = 0;
    double x = 0;  // centroid
    double y = 0;
    double xx = 0;  // central second moments
    double yy = 0;
    double xy = 0;
};

// Of the pixels within `radius` of a place; the aperture is symmetric about that place.
template <class T>
Moments moments_about(const Image<T>& image, Point at, double radius) {
    Moments m;
    for (int pass = 0; pass < 2; ++pass) {
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x) {
                if (std::hypot(x - at.x, y - at.y) > radius) continue;
                const double v = static_cast<double>(image.view()(x, y));
                if (pass == 0) {
                    m.sum += v;
                    m.x += v * x;
                    m.y += v * y;
                } else {
                    m.xx += v * (x - m.x) * (x - m.x) / m.sum;
                    m.yy += v * (y - m.y) * (y - m.y) / m.sum;
                    m.xy += v * (x - m.x) * (y - m.y) / m.sum;
                }
            }
        }
        if (pass == 0) {
            m.x /= m.sum;
            m.y /= m.sum;
        }
    }
    return m;
}

struct Statistics {
    double mean = 0;
    double variance = 0;
};

template <class T>
Statistics statistics_of(const Image<T>& image) {
    double sum = 0;
    double sum2 = 0;
    const double n = static_cast<double>(image.width()) * image.height();
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) sum += static_cast<double>(image.view()(x, y));
    }
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            const double d = static_cast<double>(image.view()(x, y)) - sum / n;
            sum2 += d * d;
        }
    }
    return {sum / n, sum2 / (n - 1)};
}

}  // namespace nightstack::sky
