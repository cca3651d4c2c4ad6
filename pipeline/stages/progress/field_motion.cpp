// SPDX-License-Identifier: MIT
#include "pipeline/stages/progress/field_motion.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

#include "pipeline/stages/progress/robust_line.h"

namespace nightstack {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

struct Track {
    std::vector<Sample> x, y, angle;  // against minutes; radians, without leaps of a whole turn

    void clear() {
        x.clear();
        y.clear();
        angle.clear();
    }
};

Track track_of(std::span<const PlacedFrame> frames, Point middle) {
    Track track;
    for (const PlacedFrame& frame : frames) {
        const Transform frame_from_ref = frame.ref_from_frame.inverse();
        double angle = frame_from_ref.rotation_rad();
        if (!track.angle.empty()) {
            const double step = std::remainder(angle - track.angle.back().value, 2 * std::numbers::pi);
            if (std::abs(step) > 90 * kDegree) {
                track.clear();
            } else {
                angle = track.angle.back().value + step;
            }
        }
        const Point at = frame_from_ref(middle);
        const double minutes = (frame.time_s - frames.front().time_s) / 60;
        track.x.push_back({minutes, at.x});
        track.y.push_back({minutes, at.y});
        track.angle.push_back({minutes, angle});
    }
    return track;
}

}  // namespace

std::optional<FieldMotion> field_motion(std::span<const PlacedFrame> frames, Point middle) {
    const Track track = track_of(frames, middle);
    const auto x = robust_line(track.x), y = robust_line(track.y), angle = robust_line(track.angle);
    if (!x || !y || !angle) return std::nullopt;
    FieldMotion motion{.x_px_per_min = x->slope,
                       .y_px_per_min = y->slope,
                       .x_error = x->slope_error,
                       .y_error = y->slope_error,
                       .px_per_min = std::hypot(x->slope, y->slope),
                       .direction_deg = std::atan2(y->slope, x->slope) / kDegree,
                       .turn_deg_per_min = angle->slope / kDegree,
                       .turn_error = angle->slope_error / kDegree,
                       .scatter_px = std::hypot(x->scatter, y->scatter),
                       .frames = static_cast<int>(track.x.size())};
    const double along_x = motion.px_per_min > 0 ? x->slope / motion.px_per_min : std::numbers::sqrt2 / 2;
    const double along_y = motion.px_per_min > 0 ? y->slope / motion.px_per_min : std::numbers::sqrt2 / 2;
    motion.px_error = std::hypot(along_x * x->slope_error, along_y * y->slope_error);
    return motion;
}

}  // namespace nightstack
