// SPDX-License-Identifier: MIT
#include "drizzle_twin.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace nightstack {
namespace {

using Polygon = std::vector<Point>;

// Sutherland and Hodgman: what of the polygon lies where a x + b y <= c.
Polygon cut(const Polygon& polygon, double a, double b, double c) {
    Polygon out;
    for (std::size_t i = 0; i < polygon.size(); ++i) {
        const Point p = polygon[i];
        const Point q = polygon[(i + 1) % polygon.size()];
        const double dp = a * p.x + b * p.y - c;
        const double dq = a * q.x + b * q.y - c;
        if (dp <= 0) out.push_back(p);
        if ((dp < 0 && dq > 0) || (dp > 0 && dq < 0)) {
            const double t = dp / (dp - dq);
            out.push_back({p.x + t * (q.x - p.x), p.y + t * (q.y - p.y)});
        }
    }
    return out;
}

double area_of(const Polygon& p) {
    double twice = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
        const Point a = p[i];
        const Point b = p[(i + 1) % p.size()];
        twice += a.x * b.y - b.x * a.y;
    }
    return std::abs(twice) / 2;
}

struct Sums {
    std::vector<double> light, weight;
};

// What a drop at (x, y) of the frame gives to canvas pixel (i, j).
double share(Point drop, int i, int j, const Transform& frame_from_canvas, const DrizzleOptions& o) {
    const double half = o.pixfrac / 2;
    const auto corner = [&](double dx, double dy) { return frame_from_canvas({i + dx, j + dy}); };
    const Polygon pixel{corner(-.5, -.5), corner(.5, -.5), corner(.5, .5), corner(-.5, .5)};
    if (o.kernel == DrizzleKernel::point) {
        const Point at = frame_from_canvas.inverse()(drop);
        return std::floor(at.x + 0.5) == i && std::floor(at.y + 0.5) == j ? 1 / area_of(pixel) : 0;
    }
    if (o.kernel == DrizzleKernel::gaussian) {
        const double sigma = o.pixfrac / (2 * std::sqrt(2 * std::log(2.0)));
        const Point centre = frame_from_canvas({double(i), double(j)});
        const double r2 = (std::pow(drop.x - centre.x, 2) + std::pow(drop.y - centre.y, 2)) / (sigma * sigma);
        return r2 > 9 ? 0 : o.pixfrac * o.pixfrac / (2 * std::acos(-1.0) * sigma * sigma) * std::exp(-r2 / 2);
    }
    const Polygon common =
        cut(cut(cut(cut(pixel, 1, 0, drop.x + half), -1, 0, half - drop.x), 0, 1, drop.y + half), 0, -1, half - drop.y);
    return common.size() < 3 ? 0 : area_of(common) / area_of(pixel);
}

}  // namespace

Image<float> noise_frame(int width, int height, unsigned seed) {
    std::mt19937 rng(seed);
    Image<float> frame(width, height);
    for (int y = 0; y < height; ++y) {
        for (float& v : frame.view().row(y)) v = 100 + static_cast<float>(rng() % 10000) / 10;
    }
    return frame;
}

Drizzled drizzled(ImageView<const float> frame, std::optional<CfaPattern> cfa, const Transform& frame_from_canvas,
                  int width, int height, const DrizzleOptions& options) {
    Drizzled out;
    std::vector<DrizzleOut> planes;
    for (std::size_t c = 0; c < (cfa ? 3U : 1U); ++c) {
        out.value[c] = Image<float>(width, height);
        out.weight[c] = Image<float>(width, height);
        planes.push_back({out.value[c].view(), out.weight[c].view()});
    }
    drizzle(planes, {0, 0, width, height}, {frame, frame.bounds(), cfa}, frame_from_canvas, options);
    return out;
}

Drizzled drizzled_by_twin(ImageView<const float> frame, std::optional<CfaPattern> cfa,
                          const Transform& frame_from_canvas, int width, int height, const DrizzleOptions& options) {
    std::array<Sums, 3> sums;
    for (Sums& s : sums) s.light = s.weight = std::vector<double>(static_cast<std::size_t>(width * height));
    const Transform canvas_from_frame = frame_from_canvas.inverse();
    const int reach = static_cast<int>(std::ceil(4 * canvas_from_frame.scale()));
    for (int y = 0; y < frame.height(); ++y) {
        for (int x = 0; x < frame.width(); ++x) {
            Sums& s = sums[cfa ? static_cast<std::size_t>(colour_at(*cfa, x, y)) : 0];
            const Point at = canvas_from_frame({double(x), double(y)});
            for (int j = std::max(0, int(at.y) - reach); j < std::min(height, int(at.y) + reach); ++j) {
                for (int i = std::max(0, int(at.x) - reach); i < std::min(width, int(at.x) + reach); ++i) {
                    const double a = share({double(x), double(y)}, i, j, frame_from_canvas, options);
                    s.light[static_cast<std::size_t>(j * width + i)] += a * double{frame(x, y)};
                    s.weight[static_cast<std::size_t>(j * width + i)] += a;
                }
            }
        }
    }
    Drizzled out;
    for (std::size_t c = 0; c < (cfa ? 3U : 1U); ++c) {
        out.value[c] = Image<float>(width, height);
        out.weight[c] = Image<float>(width, height);
        for (int j = 0; j < height; ++j) {
            for (int i = 0; i < width; ++i) {
                const auto k = static_cast<std::size_t>(j * width + i);
                const bool seen = sums[c].weight[k] >= 1e-4;
                out.weight[c].view()(i, j) = seen ? static_cast<float>(sums[c].weight[k]) : 0;
                out.value[c].view()(i, j) = seen ? static_cast<float>(sums[c].light[k] / sums[c].weight[k])
                                                 : std::numeric_limits<float>::quiet_NaN();
            }
        }
    }
    return out;
}

}  // namespace nightstack
