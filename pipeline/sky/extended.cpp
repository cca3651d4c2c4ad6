// SPDX-License-Identifier: MIT
#include "pipeline/sky/extended.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/sky/elementary.h"
#include "pipeline/sky/pixel_span.h"

namespace nightstack::sky {

namespace {

constexpr double faintest_e_per_px = 0.01;  // an object ends where it is fainter than this
// Half of the light of exp(-k r) lies within r = 1.678347 / k, of a Gaussian within 1.177410 sigma.
constexpr double disk_k_half_light = 1.678346990;
constexpr double sigma_half_light = 1.177410023;

}  // namespace

void ExtendedObject::check() const {
    if (!std::isfinite(x) || !std::isfinite(y)) throw OptionError("extended object: its place is not a number");
    if (!(half_light_px >= 1))
        throw OptionError("extended object: half_light_px " + std::to_string(half_light_px) + " is below 1");
    if (!(axis_ratio > 0 && axis_ratio <= 1)) {
        throw OptionError("extended object: axis_ratio " + std::to_string(axis_ratio) + " is not in (0, 1]");
    }
    if (!(flux_e.r >= 0 && flux_e.g >= 0 && flux_e.b >= 0)) throw OptionError("extended object: flux_e is negative");
}

ExtendedImage::ExtendedImage(const ExtendedObject& object, const Transform& frame_from_scene, double blur_sigma_px,
                             double transparency)
    : profile_(object.profile),
      centre_(frame_from_scene({object.x, object.y})),
      flux_e_(object.flux_e.times(transparency)) {
    const Direction d = direction_of(object.angle_rad);
    const auto& m = frame_from_scene.row_major();
    major_x_ = m[0] * d.cos + m[1] * d.sin;
    major_y_ = m[3] * d.cos + m[4] * d.sin;
    const double brightest = std::max(flux_e_.max(), 1e-6);
    if (profile_ == Profile::gaussian) {
        const double sigma = object.half_light_px / sigma_half_light;
        const double major = std::sqrt(sigma * sigma + blur_sigma_px * blur_sigma_px);
        const double minor =
            std::sqrt(sigma * sigma * object.axis_ratio * object.axis_ratio + blur_sigma_px * blur_sigma_px);
        major_scale_ = 1 / major;
        minor_scale_ = 1 / minor;
        peak_ = 1 / (2 * pi * major * minor);
        const double depth = std::max(1.0, log_of(brightest * peak_ / faintest_e_per_px));
        reach_px_ = major * std::sqrt(2 * depth);
        return;
    }
    const double scale = object.half_light_px / disk_k_half_light;
    major_scale_ = 1 / scale;
    minor_scale_ = 1 / (scale * object.axis_ratio);
    const double soft = blur_sigma_px * major_scale_;
    soft2_ = soft * soft;
    // Integral of exp(-sqrt(u^2 + s^2)) over the plane: 2 pi (1 + s) exp(-s).
    peak_ = 1 / (2 * pi * (1 + soft) * exp_of(-soft) * scale * scale * object.axis_ratio);
    reach_px_ = scale * std::max(1.0, log_of(brightest * peak_ / faintest_e_per_px));
}

double ExtendedImage::shape(double u2) const {
    return profile_ == Profile::gaussian ? exp_of(-0.5 * u2) : exp_of(-std::sqrt(u2 + soft2_));
}

double ExtendedImage::density(double dx, double dy) const {
    const double along = (dx * major_x_ + dy * major_y_) * major_scale_;
    const double across = (dy * major_x_ - dx * major_y_) * minor_scale_;
    return peak_ * shape(along * along + across * across);
}

void ExtendedImage::add_row(double* row, int width, int y, const RowBands& bands) const {
    const double dy = y - centre_.y;
    const double half2 = reach_px_ * reach_px_ - dy * dy;
    if (half2 <= 0) return;
    const double half = std::sqrt(half2);
    const PixelSpan span = span_about(centre_.x, half, width);
    const RowPair flux = row_pair(flux_e_, bands);
    for (int x = span.begin; x < span.end; ++x) row[x] += flux[x & 1] * density(x - centre_.x, dy);
}

}  // namespace nightstack::sky
