// SPDX-License-Identifier: MIT
#include "pipeline/stages/drizzle/drop_overlap.h"

#include <algorithm>
#include <cmath>

namespace nightstack {
namespace {

// Edges flatter than this are taken at their middle: the error is below the square of it, where the quotient of two
// small differences would be noise.
constexpr double kFlat = 1e-5;

// Integral of clamp(t, 0, 1) from 0 to y.
double ramp_integral(double y) {
    const double c = std::clamp(y, 0.0, 1.0);
    return 0.5 * c * c + std::max(0.0, y - 1);
}

}  // namespace

QuadOverSquares::QuadOverSquares(const Quad& q, double half) : half_(half) {
    const double twice = (q[2].x - q[0].x) * (q[3].y - q[1].y) - (q[3].x - q[1].x) * (q[2].y - q[0].y);
    area_ = 0.5 * std::abs(twice);
    per_side_ = 1 / (2 * half);
    side2_ = 4 * half * half;
    for (std::size_t i = 0; i < 4; ++i) {
        const Point a = q[i];
        const Point b = q[(i + 1) % 4];
        Edge& edge = edges_[i];
        edge.from = {a.x * per_side_, a.y * per_side_};
        edge.to_x = b.x * per_side_;
        edge.slope = a.x == b.x ? 0 : (b.y - a.y) / (b.x - a.x);
        edge.run_per_rise = std::abs(edge.slope) < kFlat ? 0 : 1 / edge.slope;
    }
}

// In the square's own coordinates, where it is [0, 1] x [0, 1]: the signed area below an edge is the integral of
// clamp(y(x), 0, 1) over the x of the edge inside [0, 1]; around the quad the sum is what lies inside.
double QuadOverSquares::overlap(Point centre) const {
    const double left = (centre.x - half_) * per_side_;
    const double top = (centre.y - half_) * per_side_;
    double sum = 0;
    for (const Edge& edge : edges_) {
        const double from = edge.from.x - left;
        const double x0 = std::clamp(from, 0.0, 1.0);
        const double x1 = std::clamp(edge.to_x - left, 0.0, 1.0);
        if (x0 == x1) continue;
        const double base = edge.from.y - top;
        const double y0 = base + edge.slope * (x0 - from);
        const double y1 = base + edge.slope * (x1 - from);
        sum += edge.run_per_rise == 0 ? (x1 - x0) * std::clamp(0.5 * (y0 + y1), 0.0, 1.0)
                                      : (ramp_integral(y1) - ramp_integral(y0)) * edge.run_per_rise;
    }
    return std::abs(sum) * side2_;
}

}  // namespace nightstack
