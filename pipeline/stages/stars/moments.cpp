// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/moments.h"

#include <algorithm>
#include <cmath>

#include "pipeline/stages/stars/window_sums.h"

namespace nightstack {
namespace {

static_assert(2 * Patch::kMostRadius + 1 + kBlockLanes - 1 <= kMostBlock);

// Columns x0 ... x1 and rows y0 ... y1 of a patch.
struct Span {
    int x0 = 0, x1 = 0, y0 = 0, y1 = 0;

    Span(const Patch& patch, double cx, double cy, int reach) {
        x0 = std::max(-patch.radius(), static_cast<int>(std::lround(cx)) - reach);
        x1 = std::min(patch.radius(), static_cast<int>(std::lround(cx)) + reach);
        y0 = std::max(-patch.radius(), static_cast<int>(std::lround(cy)) - reach);
        y1 = std::min(patch.radius(), static_cast<int>(std::lround(cy)) + reach);
    }
    bool empty() const { return x1 < x0 || y1 < y0; }
    PixelBlock of(const Patch& patch) const { return {patch.row(y0) + x0, patch.side(), x1 - x0 + 1, y1 - y0 + 1}; }
};

// Sums under a window so long and thin, and turned, that its exponents leave the range of doubles.
Moments steep_moments(const Patch& patch, const Span& span, double a, double b, double c, double cx, double cy) {
    Moments m;
    for (int j = span.y0; j <= span.y1; ++j) {
        const double dy = j - cy;
        const float* p = patch.row(j);
        for (int i = span.x0; i <= span.x1; ++i) {
            const double dx = i - cx;
            const double v = p[i] * gaussian_weight(std::max(0.0, 0.5 * (a * dx * dx + 2 * b * dx * dy + c * dy * dy)));
            m.sum += v;
            m.x += v * dx;
            m.y += v * dy;
            m.xx += v * dx * dx;
            m.xy += v * dx * dy;
            m.yy += v * dy * dy;
        }
    }
    return m;
}

// Sums under an elliptical Gaussian window at (cx, cy).
Moments weighted_moments(const Patch& patch, const Shape& window, double cx, double cy) {
    const double det = window.xx * window.yy - window.xy * window.xy;
    const double a = window.yy / det, b = -window.xy / det, c = window.xx / det;
    const int reach = static_cast<int>(std::ceil(3.0 * std::sqrt(window.major_variance()))) + 1;
    const Span span(patch, cx, cy, reach);
    if (span.empty()) return {};
    const PixelBlock block = span.of(patch);
    if (is_steep(block, cx - span.x0, cy - span.y0, a, b, c)) return steep_moments(patch, span, a, b, c, cx, cy);
    return elliptical_window_sums(block, cx - span.x0, cy - span.y0, a, b, c);
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
        const Span span(patch, c.x, c.y, reach);
        if (span.empty()) return std::nullopt;
        const Moments m = round_window_sums(span.of(patch), c.x - span.x0, c.y - span.y0, window);
        if (!(m.sum > 0)) return std::nullopt;
        const double most = std::sqrt(star_variance);  // noise must not throw the window off the star
        const double dx = std::clamp(gain * m.x / m.sum, -most, most);
        const double dy = std::clamp(gain * m.y / m.sum, -most, most);
        c.x += dx;
        c.y += dy;
        c.weighted_sum = m.sum;
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
