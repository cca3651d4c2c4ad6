// SPDX-License-Identifier: MIT
#include "pipeline/sky/light_field.h"

#include <algorithm>
#include <cmath>

#include "pipeline/sky/elementary.h"
#include "pipeline/sky/pixel_span.h"

namespace nightstack::sky {

namespace {

constexpr double fwhm_per_sigma = 2.3548200450309493;

// Where the star stood during a shaken exposure, evenly along a line about its true place; the
// points lie so close that the PSF hides them.
std::vector<Point> offsets_of(const FrameTruth& truth) {
    if (!truth.anomalies.shake || truth.anomalies.shake->length_px <= 0) return {Point{}};
    const Shake& shake = *truth.anomalies.shake;
    const Direction d = direction_of(shake.angle_rad);
    const int count = 1 + static_cast<int>(std::ceil(shake.length_px / (0.3 * truth.fwhm_px)));
    std::vector<Point> offsets;
    for (int i = 0; i < count; ++i) {
        const double along = ((i + 0.5) / count - 0.5) * shake.length_px;
        offsets.push_back({along * d.cos, along * d.sin});
    }
    return offsets;
}

// An object keeps its shape, its centre goes where the lens shows it.
Transform bent_to(const FrameTruth& truth, const ExtendedObject& object) {
    if (truth.lens.none()) return truth.frame_from_scene;
    const Point ideal = truth.frame_from_scene({object.x, object.y});
    const Point seen = truth.seen({object.x, object.y});
    return Transform::shift(seen.x - ideal.x, seen.y - ideal.y) * truth.frame_from_scene;
}

}  // namespace

LightField::LightField(int width, int height, double beta, const Scene& scene, const FrameTruth& truth,
                       const LightParts& parts)
    : width_(width), height_(height), psf_(truth.fwhm_px, beta) {
    if (parts.sky) sky_e_ = truth.sky_e;
    gradient_x_ = truth.gradient_x;
    gradient_y_ = truth.gradient_y;
    if (parts.stars) place_stars(scene, truth);
    sort_into_rows();
    if (parts.extended) {
        for (const ExtendedObject& object : scene.extended) {
            extended_.emplace_back(object, bent_to(truth, object), truth.fwhm_px / fwhm_per_sigma, truth.transparency);
        }
    }
    if (parts.trails) {
        for (const Trail& trail : truth.anomalies.trails) trails_.emplace_back(trail);
    }
}

void LightField::place_stars(const Scene& scene, const FrameTruth& truth) {
    const std::vector<Point> offsets = offsets_of(truth);
    const double per_point = truth.transparency / static_cast<double>(offsets.size());
    for (const SceneStar& star : scene.stars) {
        add_spots(truth.seen({star.x, star.y}), star.flux_e.times(per_point), offsets);
    }
}

void LightField::add_spots(Point centre, const Rgb& flux_e, const std::vector<Point>& offsets) {
    if (flux_e.max() <= 0) return;
    const double reach = psf_.reach_px(flux_e.max() * static_cast<double>(offsets.size()));
    const Rgb whole = flux_e.times(1 / (1 - psf_.beyond(reach)));
    for (const Point& offset : offsets) {
        const Point p{centre.x + offset.x, centre.y + offset.y};
        if (p.x + reach < 0 || p.y + reach < 0 || p.x - reach > width_ - 1 || p.y - reach > height_ - 1) continue;
        spots_.push_back({p, reach, whole});
    }
}

void LightField::sort_into_rows() {
    const auto rows_of = [&](const Spot& spot) { return span_about(spot.centre.y, spot.reach_px, height_); };
    first_in_row_.assign(static_cast<std::size_t>(height_) + 1, 0);
    for (const Spot& spot : spots_) {
        const auto [begin, end] = rows_of(spot);
        for (int y = begin; y < end; ++y) ++first_in_row_[static_cast<std::size_t>(y) + 1];
    }
    for (std::size_t y = 1; y < first_in_row_.size(); ++y) first_in_row_[y] += first_in_row_[y - 1];
    spot_of_row_.resize(static_cast<std::size_t>(first_in_row_.back()));
    std::vector<int> next(first_in_row_.begin(), first_in_row_.end() - 1);
    for (std::size_t i = 0; i < spots_.size(); ++i) {
        const auto [begin, end] = rows_of(spots_[i]);
        for (int y = begin; y < end; ++y) {
            spot_of_row_[static_cast<std::size_t>(next[static_cast<std::size_t>(y)]++)] = static_cast<int>(i);
        }
    }
}

void LightField::add_sky(double* row, int y, const RowBands& bands) const {
    const RowPair sky = row_pair(sky_e_, bands);
    if (sky[0] == 0 && sky[1] == 0) return;
    const double per_px = gradient_x_ / width_;
    const double left = 1 + gradient_y_ * (y - (height_ - 1) / 2.0) / height_ - per_px * (width_ - 1) / 2.0;
    for (int x = 0; x < width_; ++x) row[x] += sky[x & 1] * (left + per_px * x);
}

void LightField::add_spot(double* row, int y, const RowBands& bands, const Spot& spot) const {
    const double dy = y - spot.centre.y;
    const double half2 = spot.reach_px * spot.reach_px - dy * dy;
    if (half2 < 0) return;
    const double half = std::sqrt(half2);
    const PixelSpan span = span_about(spot.centre.x, half, width_);
    const RowPair flux = row_pair(spot.flux_e, bands);
    for (int x = span.begin; x < span.end; ++x) row[x] += flux[x & 1] * psf_.in_pixel(x - spot.centre.x, dy);
}

void LightField::add_row(double* row, int y, const RowBands& bands) const {
    add_sky(row, y, bands);
    for (const ExtendedImage& object : extended_) object.add_row(row, width_, y, bands);
    const auto begin = static_cast<std::size_t>(first_in_row_[static_cast<std::size_t>(y)]);
    const auto end = static_cast<std::size_t>(first_in_row_[static_cast<std::size_t>(y) + 1]);
    for (std::size_t i = begin; i < end; ++i) {
        add_spot(row, y, bands, spots_[static_cast<std::size_t>(spot_of_row_[i])]);
    }
    for (const TrailImage& trail : trails_) trail.add_row(row, width_, y);
}

}  // namespace nightstack::sky
