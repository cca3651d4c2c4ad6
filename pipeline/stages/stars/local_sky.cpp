// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/local_sky.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "pipeline/stages/stars/statistics.h"

namespace nightstack {
namespace {

constexpr std::size_t kMostRing = 512;

struct RingSamples {
    std::array<float, kMostRing> value;
    std::array<float, kMostRing> x;
    std::array<float, kMostRing> y;
    std::size_t size = 0;
};

void take_ring(RingSamples& ring, const StarField& field, const FrameProfile& profile, int cx, int cy) {
    ring.size = 0;
    for (const Offset& o : profile.sky_ring) {
        const int x = cx + o.x;
        const int y = cy + o.y;
        if (x < 0 || y < 0 || x >= field.luminance.width() || y >= field.luminance.height()) continue;
        const float v = field.luminance.row_data(y)[x];
        if (!std::isfinite(v) || ring.size == kMostRing) continue;
        ring.value[ring.size] = v;
        ring.x[ring.size] = static_cast<float>(o.x);
        ring.y[ring.size] = static_cast<float>(o.y);
        ++ring.size;
    }
}

// Least squares of level + slopes over the samples within keep_low ... keep_high of the plane `sky`.
LocalSky fitted_plane(const RingSamples& ring, const LocalSky& sky, double keep_low, double keep_high) {
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0, sv = 0, svx = 0, svy = 0, svv = 0;
    for (std::size_t i = 0; i < ring.size; ++i) {
        const double x = ring.x[i];
        const double y = ring.y[i];
        const double v = ring.value[i] - (sky.level + sky.slope_x * x + sky.slope_y * y);
        if (v < keep_low || v > keep_high) continue;
        n += 1;
        sx += x;
        sy += y;
        sxx += x * x;
        sxy += x * y;
        syy += y * y;
        sv += v;
        svx += v * x;
        svy += v * y;
        svv += v * v;
    }
    if (n < 12) return sky;
    const double mx = sx / n;
    const double my = sy / n;
    const double mv = sv / n;
    const double cxx = sxx - sx * mx;
    const double cxy = sxy - sx * my;
    const double cyy = syy - sy * my;
    const double cvx = svx - sv * mx;
    const double cvy = svy - sv * my;
    const double det = cxx * cyy - cxy * cxy;
    if (!(det > 0.01 * cxx * cyy)) return sky;
    const double ax = (cvx * cyy - cvy * cxy) / det;
    const double ay = (cvy * cxx - cvx * cxy) / det;
    LocalSky out;
    out.level = sky.level + mv - ax * mx - ay * my;
    out.slope_x = sky.slope_x + ax;
    out.slope_y = sky.slope_y + ay;
    out.sigma = std::sqrt(std::max(0.0, (svv - sv * mv - ax * cvx - ay * cvy) / n));
    return out;
}

}  // namespace

std::optional<LocalSky> local_sky(const StarField& field, const FrameProfile& profile, int cx, int cy) {
    RingSamples ring;
    take_ring(ring, field, profile, cx, cy);
    if (ring.size < 12) return std::nullopt;
    // A third of the ring is enough to begin with; the fits below use all of it.
    std::array<float, kMostRing> work;
    std::size_t n = 0;
    for (std::size_t i = 0; i < ring.size; i += 3) work[n++] = ring.value[i];
    const RobustSpread spread = median_and_sigma_in_place(std::span(work).first(n));
    LocalSky sky;
    sky.level = spread.median;
    sky.sigma = spread.sigma;
    // Neighbours only ever add light, so the upper gate is the narrower one.
    for (int round = 0; round < 2; ++round) {
        const double s = std::max<double>(sky.sigma, field.sigma_floor);
        sky = fitted_plane(ring, sky, -3.0 * s, 2.5 * s);
    }
    return sky;
}

}  // namespace nightstack
