// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/local_sky.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>

#include "pipeline/stages/stars/statistics.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stars/local_sky.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/stars/fours-inl.h"

#ifndef NIGHTSTACK_LOCAL_SKY_SHARED
#define NIGHTSTACK_LOCAL_SKY_SHARED
namespace nightstack {
namespace {

constexpr std::size_t kMostRing = 512;
constexpr std::size_t kRingLanes = 4;

// A multiple of kRingLanes is read: what follows the last sample holds NaN.
struct RingSamples {
    std::array<float, kMostRing + kRingLanes> value;
    std::array<float, kMostRing + kRingLanes> x;
    std::array<float, kMostRing + kRingLanes> y;
    std::size_t size = 0;
};

// v is what the samples lie above the plane.
struct PlaneSums {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0, v = 0, vx = 0, vy = 0, vv = 0;
};

}  // namespace
}  // namespace nightstack
#endif

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

HWY_INLINE double total(const Four& lanes) { return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]); }

// Of the samples within keep_low ... keep_high of the plane; NaN fails both comparisons.
PlaneSums plane_sums(const RingSamples& ring, const LocalSky& sky, double keep_low, double keep_high) {
    FourMask n = {};
    Four sx = {}, sy = {}, sxx = {}, sxy = {}, syy = {}, sv = {}, svx = {}, svy = {}, svv = {};
    for (std::size_t i = 0; i < ring.size; i += kRingLanes) {
        Four x, y, v;
        load(x, ring.x.data() + i);
        load(y, ring.y.data() + i);
        load(v, ring.value.data() + i);
        v -= sky.level + sky.slope_x * x + sky.slope_y * y;
        const FourMask keep = (v >= keep_low) & (v <= keep_high);
        clear_unless(x, keep);
        clear_unless(y, keep);
        clear_unless(v, keep);
        n -= keep;  // a true lane is -1
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
    return {static_cast<double>(n[0] + n[1] + n[2] + n[3]),
            total(sx),
            total(sy),
            total(sxx),
            total(sxy),
            total(syy),
            total(sv),
            total(svx),
            total(svy),
            total(svv)};
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(plane_sums);

void take_sample(RingSamples& ring, float v, const Offset& o) {
    ring.value[ring.size] = v;  // written in any case, kept if finite: no branch to guess at
    ring.x[ring.size] = static_cast<float>(o.x);
    ring.y[ring.size] = static_cast<float>(o.y);
    ring.size += v - v == 0 && ring.size < kMostRing ? 1 : 0;
}

void take_ring(RingSamples& ring, const StarField& field, const FrameProfile& profile, int cx, int cy) {
    ring.size = 0;
    const ImageView<const float>& plane = field.luminance;
    const int reach = profile.sky_ring_reach;
    if (cx >= reach && cy >= reach && cx + reach < plane.width() && cy + reach < plane.height()) {
        const float* const centre = plane.row_data(cy) + cx;
        for (const Offset& o : profile.sky_ring) take_sample(ring, centre[o.y * plane.stride() + o.x], o);
    } else {
        for (const Offset& o : profile.sky_ring) {
            const int x = cx + o.x;
            const int y = cy + o.y;
            if (x < 0 || y < 0 || x >= plane.width() || y >= plane.height()) continue;
            take_sample(ring, plane.row_data(y)[x], o);
        }
    }
    std::fill_n(ring.value.begin() + static_cast<std::ptrdiff_t>(ring.size), kRingLanes,
                std::numeric_limits<float>::quiet_NaN());
    std::fill_n(ring.x.begin() + static_cast<std::ptrdiff_t>(ring.size), kRingLanes, 0.0F);
    std::fill_n(ring.y.begin() + static_cast<std::ptrdiff_t>(ring.size), kRingLanes, 0.0F);
}

// Least squares of level + slopes over the samples within keep_low ... keep_high of the plane `sky`.
LocalSky fitted_plane(const RingSamples& ring, const LocalSky& sky, double keep_low, double keep_high) {
    const PlaneSums s = HWY_DYNAMIC_DISPATCH(plane_sums)(ring, sky, keep_low, keep_high);
    if (s.n < 12) return sky;
    const double mx = s.x / s.n;
    const double my = s.y / s.n;
    const double mv = s.v / s.n;
    const double cxx = s.xx - s.x * mx;
    const double cxy = s.xy - s.x * my;
    const double cyy = s.yy - s.y * my;
    const double cvx = s.vx - s.v * mx;
    const double cvy = s.vy - s.v * my;
    const double det = cxx * cyy - cxy * cxy;
    if (!(det > 0.01 * cxx * cyy)) return sky;
    const double ax = (cvx * cyy - cvy * cxy) / det;
    const double ay = (cvy * cxx - cvx * cxy) / det;
    LocalSky out;
    out.level = sky.level + mv - ax * mx - ay * my;
    out.slope_x = sky.slope_x + ax;
    out.slope_y = sky.slope_y + ay;
    out.sigma = std::sqrt(std::max(0.0, (s.vv - s.v * mv - ax * cvx - ay * cvy) / s.n));
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
#endif
