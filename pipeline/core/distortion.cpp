// SPDX-License-Identifier: MIT
#include "pipeline/core/distortion.h"

#include <algorithm>
#include <cmath>

namespace nightstack {
namespace {

// Radius on the ideal plane of radius r in the frame, and its slope; r up to 1.
double bent(const RadialDistortion& d, double r) {
    const double r2 = r * r;
    return r * (1 + r2 * (d.k1 + r2 * d.k2));
}
double slope(const RadialDistortion& d, double r) {
    const double r2 = r * r;
    return 1 + r2 * (3 * d.k1 + r2 * 5 * d.k2);
}

// Newton's method inside a bracket that halves when a step would leave it.
double straightened(const RadialDistortion& d, double wanted) {
    double low = 0;
    double high = 1;
    double r = std::clamp(wanted, low, high);
    for (int round = 0; round < 60; ++round) {
        const double error = bent(d, r) - wanted;
        (error > 0 ? high : low) = r;
        const double step = error / slope(d, r);
        double next = r - step;
        if (!(next >= low && next <= high)) next = 0.5 * (low + high);
        if (std::abs(next - r) < 1e-14) return next;
        r = next;
    }
    return r;
}

}  // namespace

RadialDistortion RadialDistortion::about_middle(int width, int height, double k1, double k2) {
    const Point centre{0.5 * (width - 1), 0.5 * (height - 1)};
    const double radius = std::sqrt(centre.x * centre.x + centre.y * centre.y);
    return {centre, std::max(radius, 1.0), k1, k2};
}

bool RadialDistortion::sound() const {
    constexpr int kSteps = 64;
    for (int i = 0; i <= kSteps; ++i) {
        if (!(slope(*this, static_cast<double>(i) / kSteps) > 0.2)) return false;
    }
    return true;
}

Point RadialDistortion::ideal_from_frame(Point frame) const {
    const double dx = frame.x - centre.x;
    const double dy = frame.y - centre.y;
    const double r2 = (dx * dx + dy * dy) / (radius_px * radius_px);
    double factor = 1 + r2 * (k1 + r2 * k2);
    if (r2 > 1) {
        const double r = std::sqrt(r2);
        factor = (bent(*this, 1) + slope(*this, 1) * (r - 1)) / r;
    }
    return {centre.x + dx * factor, centre.y + dy * factor};
}

Point RadialDistortion::frame_from_ideal(Point ideal) const {
    const double dx = ideal.x - centre.x;
    const double dy = ideal.y - centre.y;
    const double s = std::sqrt(dx * dx + dy * dy) / radius_px;
    if (!(s > 0)) return ideal;  // NaN stays
    const double end = bent(*this, 1);
    const double r = s > end ? 1 + (s - end) / slope(*this, 1) : straightened(*this, s);
    return {centre.x + dx * (r / s), centre.y + dy * (r / s)};
}

}  // namespace nightstack
