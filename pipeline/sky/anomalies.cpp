// SPDX-License-Identifier: MIT
#include "pipeline/sky/anomalies.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "pipeline/core/error.h"
#include "pipeline/sky/elementary.h"
#include "pipeline/sky/pixel_span.h"

namespace nightstack::sky {

namespace {

constexpr double fwhm_per_sigma = 2.3548200450309493;
constexpr double reach_sigma = 5;

}  // namespace

void Anomalies::check() const {
    for (const Trail& t : trails) {
        const std::string where = "trail of frame " + std::to_string(t.frame);
        if (!(t.width_px >= 1)) throw OptionError(where + ": width_px " + std::to_string(t.width_px) + " is below 1");
        if (!(t.peak_e >= 0)) throw OptionError(where + ": peak_e is negative");
        const double extent = std::abs(t.to.x - t.from.x) + std::abs(t.to.y - t.from.y);
        if (!(extent > 0 && std::isfinite(extent))) throw OptionError(where + " has no length");
    }
    for (const Cloud& c : clouds) {
        if (!(c.transparency >= 0 && c.transparency <= 1 && c.sky_factor >= 0)) {
            throw OptionError("cloud of frame " + std::to_string(c.frame) +
                              ": transparency not in 0..1 or sky_factor negative");
        }
    }
    for (const Shake& s : shakes) {
        if (!(s.length_px >= 0 && s.length_px <= 1000)) {
            throw OptionError("shake of frame " + std::to_string(s.frame) + ": length_px " +
                              std::to_string(s.length_px) + " is not in 0..1000");
        }
    }
}

FrameAnomalies anomalies_of(const Anomalies& all, int frame) {
    FrameAnomalies mine;
    for (const Trail& t : all.trails) {
        if (t.frame == frame) mine.trails.push_back(t);
    }
    for (const Cloud& c : all.clouds) {
        if (c.frame == frame && !mine.cloud) mine.cloud = c;
    }
    for (const Shake& s : all.shakes) {
        if (s.frame == frame && !mine.shake) mine.shake = s;
    }
    for (const Defect& d : all.defects) {
        if (d.frame == frame && !mine.defect) mine.defect = d.kind;
    }
    return mine;
}

TrailImage::TrailImage(const Trail& trail)
    : from_(trail.from), sigma_px_(trail.width_px / fwhm_per_sigma), peak_e_(trail.peak_e) {
    const double dx = trail.to.x - trail.from.x;
    const double dy = trail.to.y - trail.from.y;
    length_px_ = std::sqrt(dx * dx + dy * dy);
    along_x_ = dx / length_px_;
    along_y_ = dy / length_px_;
}

void TrailImage::add_row(double* row, int width, int y) const {
    const double dy = y - from_.y;
    const double reach = reach_sigma * sigma_px_;
    PixelSpan span{0, width};
    if (std::abs(along_y_) > 1e-6) {  // else the line runs along the row and no column can be left out
        const double crossing = from_.x + dy * along_x_ / along_y_;
        const double half = reach / std::abs(along_y_);
        span = span_about(crossing, half, width);
    }
    const double per_variance = -0.5 / (sigma_px_ * sigma_px_);
    for (int x = span.begin; x < span.end; ++x) {
        const double dx = x - from_.x;
        const double along = dx * along_x_ + dy * along_y_;
        const double across = dy * along_x_ - dx * along_y_;
        if (along < 0 || along > length_px_ || std::abs(across) > reach) continue;
        row[x] += peak_e_ * exp_of(across * across * per_variance);
    }
}

}  // namespace nightstack::sky
