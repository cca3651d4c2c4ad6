// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/mosaic.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

#include "pipeline/stages/stars/profile.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stars/mosaic.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/stars/fours-inl.h"

#ifndef NIGHTSTACK_MOSAIC_SHARED
#define NIGHTSTACK_MOSAIC_SHARED
namespace nightstack {
namespace {

constexpr int kLanes = Bell::kLanes;

std::size_t phase_of(int x, int y) { return static_cast<std::size_t>((x & 1) + 2 * (y & 1)); }

struct PhaseSums {
    PhaseHeights light{};
    PhaseHeights squares{};
};

// By how much the phases are above their mean, times the weights along x: for pixels -1 ... of the bell (index 0
// ...), in rows of the parity of the bell's first row and in the others.
struct Departures {
    double of[2][Bell::kRoom + 2] = {};
};

}  // namespace
}  // namespace nightstack
#endif

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

// Four pixels from x on; those beyond the frame are NaN.
HWY_INLINE void load(FourFloats& to, ImageView<const float> plane, int x, int y) {
    const float* p = plane.row_data(y);
    if (x >= 0 && x + kLanes <= plane.width()) {
        std::memcpy(&to, p + x, sizeof to);
        return;
    }
    for (int i = 0; i < kLanes; ++i) to[i] = x + i >= 0 && x + i < plane.width() ? p[x + i] : __builtin_nanf("");
}

// Four columns, all rows.
void add_columns(PhaseSums& sums, const StarField& field, const LocalSky& sky, int sky_x, int sky_y,
                 const StarBell& star, int column) {
    const int x = star.x.first + column;
    Four wx, base, light[2] = {}, squares[2] = {};
    FourFloats level[2];
    std::memcpy(&wx, star.x.weight.data() + column, sizeof wx);
    for (int i = 0; i < kLanes; ++i) {
        base[i] = sky.level + sky.slope_x * (x + i - sky_x);
        for (int odd = 0; odd < 2; ++odd) level[odd][i] = field.phase_level[phase_of(x + i, odd)];
    }
    for (int j = 0; j < star.y.size; ++j) {
        const int y = star.y.first + j;
        if (y < 0 || y >= field.plane.height()) continue;
        const int odd = y & 1;
        FourFloats pixels;
        load(pixels, field.plane, x, y);
        pixels -= level[odd];
        Four value = __builtin_convertvector(pixels, Four);
        const FourMask finite = value - value == 0;
        value -= base + sky.slope_y * (y - sky_y);
        Four w = wx * star.y.weight[static_cast<std::size_t>(j)];
        clear_unless(value, finite);
        clear_unless(w, finite);
        light[odd] += w * value;
        squares[odd] += w * w;
    }
    for (int odd = 0; odd < 2; ++odd) {
        for (int i = 0; i < kLanes; ++i) {
            sums.light[phase_of(x + i, odd)] += light[odd][i];
            sums.squares[phase_of(x + i, odd)] += squares[odd][i];
        }
    }
}

PhaseSums phase_sums(const StarField& field, const LocalSky& sky, int sky_x, int sky_y, const StarBell& star) {
    PhaseSums sums;
    for (int column = 0; column < star.x.size; column += kLanes) {
        add_columns(sums, field, sky, sky_x, sky_y, star, column);
    }
    return sums;
}

// One row of departures, smoothed along x: out[i] belongs to pixel i of the bell.
void smoothed_across(double* __restrict out, const double* __restrict departures, double weight, int n) {
    double d[Bell::kRoom + 2];
    for (int i = 0; i < n + 2; ++i) d[i] = departures[i] * weight;
    for (int i = 0; i < n; ++i) out[i] = d[i] + 2 * d[i + 1] + d[i + 2];
}

// The departures after the 3x3 binomial of the luminance plane: out[j * kRoom + i].
void ripple(float* __restrict out, const Departures& departures, const Bell& y, int n) {
    double rows[3][Bell::kRoom] = {};  // across, of rows j - 1, j, j + 1 by their number modulo 3
    smoothed_across(rows[0], departures.of[0], y.weight[0], n);
    for (int j = 0; j < y.size; ++j) {
        const double next = j + 1 < y.size ? y.weight[static_cast<std::size_t>(j) + 1] : 0.0;
        smoothed_across(rows[(j + 1) % 3], departures.of[(j + 1) & 1], next, n);
        const double* above = rows[(j + 2) % 3];
        const double* here = rows[j % 3];
        const double* below = rows[(j + 1) % 3];
        float* to = out + j * Bell::kRoom;
        for (int i = 0; i < n; ++i) to[i] = static_cast<float>((above[i] + 2 * here[i] + below[i]) / 16);
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(phase_sums);
HWY_EXPORT(ripple);

double mean_of(const PhaseHeights& heights) { return (heights[0] + heights[1] + heights[2] + heights[3]) / 4; }

}  // namespace

Bell::Bell(double centre, double variance) {
    const int reach = std::min(kMostReach, static_cast<int>(std::ceil(3.2 * std::sqrt(variance))) + 1);
    first = static_cast<int>(std::lround(centre)) - reach;
    size = 2 * reach + 1;
    for (int i = 0; i < size; ++i) {
        const double d = first + i - centre;
        weight[static_cast<std::size_t>(i)] = gaussian_weight(d * d / (2 * variance));
    }
}

PhaseHeights phase_heights(const StarField& field, const LocalSky& sky, int sky_x, int sky_y, const StarBell& star) {
    const PhaseSums sums = HWY_DYNAMIC_DISPATCH(phase_sums)(field, sky, sky_x, sky_y, star);
    PhaseHeights heights{};
    for (std::size_t i = 0; i < 4; ++i) heights[i] = sums.squares[i] > 0 ? sums.light[i] / sums.squares[i] : 0;
    return heights;
}

double colour_contrast(const PhaseHeights& heights) {
    const double mean = mean_of(heights);
    if (!(mean > 0)) return 0;
    double most = 0;
    for (const double h : heights) most = std::max(most, std::abs(h - mean));
    return most / mean;
}

void remove_colour_ripple(Patch& patch, const PhaseHeights& heights, const StarBell& star) {
    const double mean = mean_of(heights);
    Departures departures;
    for (int odd = 0; odd < 2; ++odd) {
        for (int i = 0; i < star.x.size; ++i) {
            departures.of[odd][i + 1] = (heights[phase_of(star.x.first + i, star.y.first + odd)] - mean) *
                                        star.x.weight[static_cast<std::size_t>(i)];
        }
    }
    std::array<float, static_cast<std::size_t>(Bell::kRoom) * Bell::kRoom> made;
    const int n = (star.x.size + kLanes - 1) / kLanes * kLanes;
    HWY_DYNAMIC_DISPATCH(ripple)(made.data(), departures, star.y, n);
    const int left = star.x.first - patch.centre_x();
    const int begin = std::max(-patch.radius(), left);
    const int end = std::min(patch.radius() + 1, left + star.x.size);
    for (int j = 0; j < star.y.size; ++j) {
        const int y = star.y.first + j - patch.centre_y();
        if (y < -patch.radius() || y > patch.radius()) continue;
        float* row = patch.row(y);
        const float* ripple_row = made.data() + j * Bell::kRoom;
        for (int x = begin; x < end; ++x) row[x] -= ripple_row[x - left];
    }
}

}  // namespace nightstack
#endif
