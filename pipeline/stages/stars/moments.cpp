// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/moments.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace nightstack {
namespace {

constexpr int kMostRadius = Patch::kMostRadius;

struct AxisWindow {
    int begin = 0;
    int end = 0;
    std::array<double, 2 * kMostRadius + 1> weight;
    std::array<double, 2 * kMostRadius + 1> moment;  // weight times distance

    AxisWindow(double centre, double variance, int reach, int radius) {
        const int near = static_cast<int>(std::lround(centre));
        begin = std::max(-radius, near - reach);
        end = std::min(radius, near + reach) + 1;
        for (int i = begin; i < end; ++i) {
            const double d = i - centre;
            const auto at = static_cast<std::size_t>(i - begin);
            weight[at] = gaussian_weight(d * d / (2 * variance));
            moment[at] = weight[at] * d;
        }
    }
};

struct Moments {
    double sum = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;
};

// Sums under an elliptical Gaussian window at (cx, cy). Along a row the weight follows from its
// neighbour by two products instead of one exponential.
Moments weighted_moments(const Patch& patch, const Shape& window, double cx, double cy) {
    const double det = window.xx * window.yy - window.xy * window.xy;
    const double a = window.yy / det, b = -window.xy / det, c = window.xx / det;
    const int reach = static_cast<int>(std::ceil(3.0 * std::sqrt(window.major_variance()))) + 1;
    const int x0 = std::max(-patch.radius(), static_cast<int>(std::lround(cx)) - reach);
    const int x1 = std::min(patch.radius(), static_cast<int>(std::lround(cx)) + reach);
    const int y0 = std::max(-patch.radius(), static_cast<int>(std::lround(cy)) - reach);
    const int y1 = std::min(patch.radius(), static_cast<int>(std::lround(cy)) + reach);
    const double curve = gaussian_weight(a);
    Moments m;
    for (int j = y0; j <= y1; ++j) {
        const double dy = j - cy;
        const double middle = -b * dy / a;  // where the row's weight is highest; start there, go both ways
        const int start = std::clamp(static_cast<int>(std::lround(cx + middle)), x0, x1);
        const float* p = patch.row(j);
        const auto weight_at = [&](double dx) {
            return gaussian_weight(std::max(0.0, 0.5 * (a * dx * dx + 2 * b * dx * dy + c * dy * dy)));
        };
        for (const int way : {1, -1}) {
            const int first = way > 0 ? start : start - 1;
            double dx = first - cx;
            double w = weight_at(dx);
            // w(dx + way) / w(dx) = exp(-(a (2 way dx + 1) + 2 b way dy) / 2)
            double ratio_exponent = 0.5 * (a * (2 * way * dx + 1) + 2 * b * way * dy);
            double ratio = ratio_exponent >= 0 ? gaussian_weight(ratio_exponent) : 1 / gaussian_weight(-ratio_exponent);
            for (int i = first; i >= x0 && i <= x1; i += way) {
                const double v = w * p[i];
                m.sum += v;
                m.x += v * dx;
                m.y += v * dy;
                m.xx += v * dx * dx;
                m.xy += v * dx * dy;
                m.yy += v * dy * dy;
                w *= ratio;
                ratio *= curve;
                dx += way;
            }
        }
    }
    return m;
}

// Keeps both axes inside [least, most] without turning them.
Shape limited(const Shape& s, double least, double most) {
    const double major = s.major_variance();
    const double minor = s.minor_variance();
    const double to_major = std::clamp(major, least, most);
    const double to_minor = std::clamp(minor, least, most);
    if (to_major == major && to_minor == minor) return s;
    if (major - minor < 1e-12) return Shape::round(to_major);
    const double k = (to_major - to_minor) / (major - minor);
    const double mean = (to_major + to_minor) / 2;
    const double half = (s.xx - s.yy) / 2;
    return {mean + k * half, k * s.xy, mean - k * half};
}

// Variance of the star as seen through a window of 0.35 times its size, over its variance.
double core_ratio(const Patch& patch, const ShapeFit& fit) {
    constexpr double kNarrow = 0.35;
    const Shape& s = fit.shape;
    const Moments m = weighted_moments(patch, {kNarrow * s.xx, kNarrow * s.xy, kNarrow * s.yy}, fit.x, fit.y);
    const double seen = m.sum > 0 ? (m.xx + m.yy) / (2 * m.sum) : 0;
    const double window = kNarrow * s.mean_variance();
    if (!(seen > 0) || !(seen < window)) return 1;
    return 1 / (1 / seen - 1 / window) / s.mean_variance();
}

}  // namespace

std::optional<Centroid> windowed_centroid(const Patch& patch, double window, double star_variance, Point start) {
    Centroid c{start.x, start.y, 0};
    const int reach = static_cast<int>(std::ceil(3.2 * std::sqrt(window))) + 1;
    // A star displaced by d from the window moves the weighted mean by d * window / (window + star).
    const double gain = (window + star_variance) / window;
    for (int step = 0; step < 12; ++step) {
        const AxisWindow wx(c.x, window, reach, patch.radius());
        const AxisWindow wy(c.y, window, reach, patch.radius());
        double sum = 0, sum_x = 0, sum_y = 0;
        for (int j = wy.begin; j < wy.end; ++j) {
            const float* p = patch.row(j);
            double row = 0, row_x = 0;
            for (int i = wx.begin; i < wx.end; ++i) {
                const auto at = static_cast<std::size_t>(i - wx.begin);
                row += p[i] * wx.weight[at];
                row_x += p[i] * wx.moment[at];
            }
            const auto at = static_cast<std::size_t>(j - wy.begin);
            sum += row * wy.weight[at];
            sum_x += row_x * wy.weight[at];
            sum_y += row * wy.moment[at];
        }
        if (!(sum > 0)) return std::nullopt;
        const double most = std::sqrt(star_variance);  // noise must not throw the window off the star
        const double dx = std::clamp(gain * sum_x / sum, -most, most);
        const double dy = std::clamp(gain * sum_y / sum, -most, most);
        c.x += dx;
        c.y += dy;
        c.weighted_sum = sum;
        if (std::max(std::abs(c.x), std::abs(c.y)) > patch.radius() - 2) return std::nullopt;
        if (dx * dx + dy * dy < 1e-8) break;
    }
    return c;
}

std::optional<ShapeFit> adapted_shape(const Patch& patch, const Shape& start, const Centroid& at) {
    constexpr double kLeast = 0.25;
    const double most = patch.radius() * patch.radius() / 6.0;
    ShapeFit fit{limited(start, kLeast, most), at.x, at.y};
    for (int step = 0; step < 14; ++step) {
        const Moments m = weighted_moments(patch, fit.shape, fit.x, fit.y);
        if (!(m.sum > 0)) return std::nullopt;
        const double mx = m.x / m.sum;
        const double my = m.y / m.sum;
        // Under a window equal to the star the moments are half of the star's, and near there the
        // difference is halved by each step: going twice as far meets the end at once.
        const auto ahead = [](double now, double moment) { return now + 2 * (2 * moment - now); };
        const Shape next = limited(
            {ahead(fit.shape.xx, m.xx / m.sum - mx * mx), ahead(fit.shape.xy, m.xy / m.sum - mx * my),
             ahead(fit.shape.yy, m.yy / m.sum - my * my)},
            std::max(kLeast, 0.4 * fit.shape.minor_variance()), std::min(most, 2.5 * fit.shape.major_variance()));
        const double change = std::max(
            {std::abs(next.xx - fit.shape.xx), std::abs(next.yy - fit.shape.yy), std::abs(next.xy - fit.shape.xy)});
        const double drift = std::max(1.0, std::sqrt(next.major_variance()));
        fit.x += std::clamp(2 * mx, -drift, drift);
        fit.y += std::clamp(2 * my, -drift, drift);
        if (std::hypot(fit.x - at.x, fit.y - at.y) > patch.radius() / 2.0) return std::nullopt;
        fit.shape = next;
        if (change < 0.004 * next.minor_variance()) break;
    }
    fit.core_ratio = core_ratio(patch, fit);
    return fit;
}

Aperture aperture_sum(const Patch& patch, double cx, double cy, double radius) {
    Aperture out;
    const int reach = static_cast<int>(radius) + 2;
    const double inner = std::max(0.0, radius - 0.5);
    for (int j = -reach; j <= reach; ++j) {
        const int y = static_cast<int>(std::lround(cy)) + j;
        if (y < -patch.radius() || y > patch.radius()) continue;
        const float* p = patch.row(y);
        for (int i = -reach; i <= reach; ++i) {
            const int x = static_cast<int>(std::lround(cx)) + i;
            if (x < -patch.radius() || x > patch.radius()) continue;
            const double r2 = (x - cx) * (x - cx) + (y - cy) * (y - cy);
            if (r2 >= (radius + 0.5) * (radius + 0.5)) continue;
            const double w = r2 <= inner * inner ? 1.0 : radius + 0.5 - std::sqrt(r2);
            out.flux += w * p[x];
            out.weight_squares += w * w;
        }
    }
    return out;
}

}  // namespace nightstack
