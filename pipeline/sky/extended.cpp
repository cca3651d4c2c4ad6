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
constexpr double edge_per_sigma = 2.5;  // a straight ramp for the blurred edge of a disk

}  // namespace

void ExtendedObject::check() const {
    if (!std::isfinite(x) || !std::isfinite(y)) throw OptionError("extended object: its place is not a number");
    if (!(half_light_px >= 1))
        throw OptionError("extended object: half_light_px " + std::to_string(half_light_px) + " is below 1");
    if (!(axis_ratio > 0 && axis_ratio <= 1)) {
        throw OptionError("extended object: axis_ratio " + std::to_string(axis_ratio) + " is not in (0, 1]");
    }
    if (!(lit > 0 && lit <= 1)) {
        throw OptionError("extended object: lit " + std::to_string(lit) + " is not in (0, 1]");
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
    if (profile_ == Profile::disk) {
        const double radius = object.half_light_px * std::sqrt(2.0);
        major_scale_ = 1 / radius;
        minor_scale_ = 1 / (radius * object.axis_ratio);
        edge_ = std::max(edge_per_sigma * blur_sigma_px, 1e-3) / radius;
        terminator_ = 1 - 2 * object.lit;
        // The ramp about the limb holds a little more than the sharp edge would.
        peak_ = 1 / (pi * radius * radius * object.axis_ratio * object.lit * (1 + edge_ * edge_ / 12));
        reach_px_ = radius * (1 + edge_);
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

double ExtendedImage::lit_shape(double u, double v) const {
    const auto within = [&](double distance) { return std::clamp(0.5 + distance / edge_, 0.0, 1.0); };
    const double limb = within(1 - std::sqrt(u * u + v * v));
    if (terminator_ <= -1) return limb;
    return limb * within(u - terminator_ * std::sqrt(std::max(0.0, 1 - v * v)));
}

double ExtendedImage::shape(double u, double v) const {
    if (profile_ == Profile::disk) return lit_shape(u, v);
    const double u2 = u * u + v * v;
    return profile_ == Profile::gaussian ? exp_of(-0.5 * u2) : exp_of(-std::sqrt(u2 + soft2_));
}

double ExtendedImage::density(double dx, double dy) const {
    const double along = (dx * major_x_ + dy * major_y_) * major_scale_;
    const double across = (dy * major_x_ - dx * major_y_) * minor_scale_;
    return peak_ * shape(along, across);
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
