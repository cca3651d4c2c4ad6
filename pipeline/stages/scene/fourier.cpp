// SPDX-License-Identifier: MIT
#include "pipeline/stages/scene/fourier.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/scene/fourier.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

// a + b stays, (a - b) * w goes below.
void split_rows(float* __restrict ar, float* __restrict ai, float* __restrict br, float* __restrict bi, float c,
                float s, int n) {
    for (int x = 0; x < n; ++x) {
        const float dr = ar[x] - br[x], di = ai[x] - bi[x];
        ar[x] = ar[x] + br[x];
        ai[x] = ai[x] + bi[x];
        br[x] = dr * c - di * s;
        bi[x] = dr * s + di * c;
    }
}

// a + b * w and a - b * w.
void join_rows(float* __restrict ar, float* __restrict ai, float* __restrict br, float* __restrict bi, float c, float s,
               int n) {
    for (int x = 0; x < n; ++x) {
        const float tr = br[x] * c - bi[x] * s, ti = br[x] * s + bi[x] * c;
        br[x] = ar[x] - tr;
        bi[x] = ai[x] - ti;
        ar[x] = ar[x] + tr;
        ai[x] = ai[x] + ti;
    }
}

// Eight rows at a time, so that lines of the cache are used whole.
void transpose(float* __restrict out, std::ptrdiff_t out_stride, const float* __restrict in, std::ptrdiff_t in_stride,
               int width, int height) {
    constexpr int kBlock = 8;
    for (int y0 = 0; y0 < height; y0 += kBlock) {
        const int rows = height - y0 < kBlock ? height - y0 : kBlock;
        for (int x = 0; x < width; ++x) {
            for (int y = 0; y < rows; ++y) out[x * out_stride + y0 + y] = in[(y0 + y) * in_stride + x];
        }
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(split_rows);
HWY_EXPORT(join_rows);
HWY_EXPORT(transpose);

bool is_power_of_two(int n) { return n >= 2 && n <= 4096 && (n & (n - 1)) == 0; }

// All pairs of rows that are `half` apart, each with its twiddle, on the way there or back.
void all_pairs(Spectrum& s, int half, const std::vector<float>& cosine, const std::vector<float>& sine, bool back) {
    const int rows = s.re.height(), columns = s.re.width();
    const ImageView<float> re = s.re.view(), im = s.im.view();
    const auto step = static_cast<int>(cosine.size()) / half;
    for (int k = 0; k < half; ++k) {
        const auto at = static_cast<std::size_t>(k * step);
        for (int y = k; y < rows; y += 2 * half) {
            float *const ar = re.row_data(y), *const ai = im.row_data(y);
            float *const br = re.row_data(y + half), *const bi = im.row_data(y + half);
            if (back) {
                HWY_DYNAMIC_DISPATCH(join_rows)(ar, ai, br, bi, cosine[at], sine[at], columns);
            } else {
                HWY_DYNAMIC_DISPATCH(split_rows)(ar, ai, br, bi, cosine[at], -sine[at], columns);
            }
        }
    }
}

void transpose_plane(Image<float>& plane, Image<float>& spare) {
    spare.reshape(plane.height(), plane.width());
    HWY_DYNAMIC_DISPATCH(transpose)
    (spare.view().data(), spare.view().stride(), plane.view().data(), plane.view().stride(), plane.width(),
     plane.height());
    std::swap(plane, spare);
}

void transpose_both(Spectrum& s) {
    transpose_plane(s.re, s.spare_re);
    transpose_plane(s.im, s.spare_im);
}

}  // namespace

Fourier::Fourier(int width, int height) : width_(width), height_(height) {
    assert(is_power_of_two(width) && is_power_of_two(height));
    const int n = std::max(width, height);
    std::vector<double> c{1}, s{0};  // of the half turn: one angle, 0
    double next_c = 0, next_s = 1;   // of the angle between those the table has, first a quarter turn
    while (static_cast<int>(c.size()) < n / 2) {
        std::vector<double> finer_c, finer_s;
        for (std::size_t k = 0; k < c.size(); ++k) {
            finer_c.insert(finer_c.end(), {c[k], c[k] * next_c - s[k] * next_s});
            finer_s.insert(finer_s.end(), {s[k], s[k] * next_c + c[k] * next_s});
        }
        c = std::move(finer_c);
        s = std::move(finer_s);
        const double half_c = std::sqrt((1 + next_c) / 2);
        next_s = next_s / (2 * half_c);
        next_c = half_c;
    }
    for (std::size_t k = 0; k < c.size(); ++k) {
        cos_.push_back(static_cast<float>(c[k]));
        sin_.push_back(static_cast<float>(s[k]));
    }
}

void Fourier::forward(Spectrum& s) const {
    assert(s.re.view().same_size(width_, height_) && s.im.view().same_size(width_, height_));
    for (int half = height_ / 2; half >= 1; half /= 2) all_pairs(s, half, cos_, sin_, /*back=*/false);
    transpose_both(s);
    for (int half = width_ / 2; half >= 1; half /= 2) all_pairs(s, half, cos_, sin_, /*back=*/false);
}

void Fourier::inverse(Spectrum& s) const {
    assert(s.re.view().same_size(height_, width_) && s.im.view().same_size(height_, width_));
    for (int half = 1; half < width_; half *= 2) all_pairs(s, half, cos_, sin_, /*back=*/true);
    transpose_both(s);
    for (int half = 1; half < height_; half *= 2) all_pairs(s, half, cos_, sin_, /*back=*/true);
}

int Fourier::frequency(int index, int n) {
    int reversed = 0;
    for (int bit = 1; bit < n; bit *= 2) {
        reversed = 2 * reversed + ((index / bit) & 1);
    }
    return reversed < n / 2 ? reversed : reversed - n;
}

}  // namespace nightstack
#endif
