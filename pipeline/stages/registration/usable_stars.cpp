// SPDX-License-Identifier: MIT
#include "pipeline/stages/registration/usable_stars.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace nightstack {
namespace {

constexpr double farthest_px = 1e6;

bool is_place(const Star& s) {
    return std::isfinite(s.x) && std::isfinite(s.y) && std::abs(s.x) < farthest_px && std::abs(s.y) < farthest_px;
}

double brightness(const Star& s) { return std::isnan(s.flux) ? -std::numeric_limits<double>::infinity() : s.flux; }

bool near_any(std::span<const StarPoint> kept, const Star& s, double separation_px) {
    const double limit = separation_px * separation_px;
    return std::any_of(kept.begin(), kept.end(), [&](const StarPoint& k) {
        const double dx = k.x - s.x;
        const double dy = k.y - s.y;
        return dx * dx + dy * dy < limit;
    });
}

}  // namespace

std::vector<StarPoint> usable_stars(const StarList& stars, double separation_px, int limit) {
    std::vector<int> order(stars.size());
    std::iota(order.begin(), order.end(), 0);
    const auto star = [&](int i) -> const Star& { return stars[static_cast<std::size_t>(i)]; };
    std::erase_if(order, [&](int i) { return !is_place(star(i)); });
    std::sort(order.begin(), order.end(), [&](int a, int b) {
        const Star& p = star(a);
        const Star& q = star(b);
        if (brightness(p) != brightness(q)) return brightness(p) > brightness(q);
        if (p.y != q.y) return p.y < q.y;
        if (p.x != q.x) return p.x < q.x;
        return a < b;
    });
    std::vector<StarPoint> kept;
    for (const int i : order) {
        if (static_cast<int>(kept.size()) >= limit) break;
        const Star& s = star(i);
        if (!near_any(kept, s, separation_px)) kept.push_back({s.x, s.y, i});
    }
    return kept;
}

Extent extent_of(std::span<const StarPoint> points) {
    if (points.empty()) return {};
    Extent e{points[0].x, points[0].y, points[0].x, points[0].y};
    for (const StarPoint& p : points) {
        e.x0 = std::min(e.x0, p.x);
        e.y0 = std::min(e.y0, p.y);
        e.x1 = std::max(e.x1, p.x);
        e.y1 = std::max(e.y1, p.y);
    }
    return e;
}

double filled_area(std::span<const StarPoint> points) {
    if (points.size() < 3) return 0;
    const auto n = static_cast<double>(points.size());
    double mx = 0;
    double my = 0;
    for (const StarPoint& p : points) {
        mx += p.x;
        my += p.y;
    }
    mx /= n;
    my /= n;
    double xx = 0;
    double yy = 0;
    double xy = 0;
    for (const StarPoint& p : points) {
        xx += (p.x - mx) * (p.x - mx);
        yy += (p.y - my) * (p.y - my);
        xy += (p.x - mx) * (p.y - my);
    }
    const double det = (xx * yy - xy * xy) / ((n - 1) * (n - 1));
    return det > 0 ? 12 * std::sqrt(det) : 0;
}

}  // namespace nightstack
