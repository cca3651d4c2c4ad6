// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/window_sums.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "pipeline/core/exponential.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stars/window_sums.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/stars/fours-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

constexpr int kVectors = kMostBlock / kBlockLanes;

int vectors_of(int size) { return (size + kBlockLanes - 1) / kBlockLanes; }

// One number per column or row of the block; what is beyond its end weighs nothing.
struct alignas(32) Line {
    double of[kMostBlock];
    HWY_INLINE void get(Four& to, int vector) const { std::memcpy(&to, of + vector * kBlockLanes, sizeof to); }
};

void distances(Line& d, int size, double centre) {
    const int n = vectors_of(size) * kBlockLanes;
    for (int i = 0; i < n; ++i) d.of[i] = i - centre;
}

// exp(-(linear d + square d^2)) at the distances d from the centre.
void bell(Line& w, int size, double centre, double square, double linear) {
    const int n = vectors_of(size) * kBlockLanes;
    for (int i = 0; i < n; ++i) {
        const double d = i - centre;
        w.of[i] = exp_of(-(square * d * d + linear * d));
    }
    for (int i = size; i < n; ++i) w.of[i] = 0;
}

Moments round_window(const PixelBlock& block, double cx, double cy, double variance) {
    Line dx, dy, wx, wy;
    distances(dx, block.width, cx);
    distances(dy, block.height, cy);
    const double square = 1 / (2 * variance);
    bell(wx, block.width, cx, square, 0);
    bell(wy, block.height, cy, square, 0);
    Moments m;
    for (int v = 0; v < vectors_of(block.width); ++v) {
        Four light = {}, light_y = {};
        const float* p = block.first + v * kBlockLanes;
        for (int j = 0; j < block.height; ++j, p += block.stride) {
            Four pixels;
            load(pixels, p);
            const Four weighted = pixels * wy.of[j];
            light += weighted;
            light_y += weighted * dy.of[j];
        }
        Four w, d;
        wx.get(w, v);
        dx.get(d, v);
        light *= w;
        light_y *= w;
        const Four light_x = light * d;
        for (int i = 0; i < kBlockLanes; ++i) {
            m.sum += light[i];
            m.x += light_x[i];
            m.y += light_y[i];
        }
    }
    return m;
}

Moments elliptical_window(const PixelBlock& block, double cx, double cy, double a, double b, double c) {
    Line dx, dy, wx, wy, turn;
    distances(dx, block.width, cx);
    distances(dy, block.height, cy);
    // exp(-(a dx^2 + 2 b dx dy) / 2) in the first row; from row to row it changes by exp(-b dx).
    bell(wx, block.width, cx, 0.5 * a, b * dy.of[0]);
    bell(turn, block.width, cx, 0, b);
    bell(wy, block.height, cy, 0.5 * c, 0);
    Moments m;
    for (int v = 0; v < vectors_of(block.width); ++v) {
        Four s = {}, sy = {}, syy = {}, w, turned, d;
        wx.get(w, v);
        turn.get(turned, v);
        dx.get(d, v);
        const float* p = block.first + v * kBlockLanes;
        for (int j = 0; j < block.height; ++j, p += block.stride) {
            Four light;
            load(light, p);
            light *= w * wy.of[j];
            s += light;
            light *= dy.of[j];
            sy += light;
            syy += light * dy.of[j];
            w *= turned;
        }
        const Four sx = s * d, sxx = sx * d, sxy = sy * d;
        for (int i = 0; i < kBlockLanes; ++i) {
            m.sum += s[i];
            m.x += sx[i];
            m.y += sy[i];
            m.xx += sxx[i];
            m.xy += sxy[i];
            m.yy += syy[i];
        }
    }
    return m;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(round_window);
HWY_EXPORT(elliptical_window);

double farthest(int size, double centre) { return std::max(std::abs(centre), std::abs(size + kBlockLanes - centre)); }

}  // namespace

Moments round_window_sums(const PixelBlock& block, double cx, double cy, double variance) {
    return HWY_DYNAMIC_DISPATCH(round_window)(block, cx, cy, variance);
}

Moments elliptical_window_sums(const PixelBlock& block, double cx, double cy, double a, double b, double c) {
    return HWY_DYNAMIC_DISPATCH(elliptical_window)(block, cx, cy, a, b, c);
}

bool is_steep(const PixelBlock& block, double cx, double cy, double a, double b, double c) {
    constexpr double kMost = 650;
    const double x = farthest(block.width, cx);
    const double y = farthest(block.height, cy);
    return !(0.5 * a * x * x + std::abs(b) * x * y < kMost && 0.5 * c * y * y < kMost && std::abs(b) * x < kMost);
}

}  // namespace nightstack
#endif
