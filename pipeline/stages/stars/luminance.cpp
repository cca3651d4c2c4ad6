// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/luminance.h"

#include <cassert>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stars/luminance.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

void add_rows(float* __restrict sums, const float* above, const float* here, const float* below, int n) {
    for (int x = 0; x < n; ++x) sums[x] = above[x] + 2 * here[x] + below[x];
}
void smooth_sums(float* __restrict out, const float* __restrict c, int n) {
    for (int x = 0; x < n; ++x) out[x] = 0.0625F * (c[x - 1] + 2 * c[x] + c[x + 1]);
}

// A piece of the row at a time, so that its sums stay in first-level cache; each piece needs the sums beside it.
// Pieces begin where vectors may: loads across lines of cache are slow, and there are three for every pixel.
void smooth_row(float* out, const float* above, const float* here, const float* below, int width) {
    constexpr int kPiece = 960;
    constexpr int kBefore = 16;
    alignas(64) float room[kBefore + kPiece + 1];
    float* const sums = room + kBefore;  // [x - begin] belongs to pixel x
    for (int begin = 0; begin < width; begin += kPiece) {
        const int end = begin + kPiece < width ? begin + kPiece : width;
        const int n = end - begin;
        add_rows(sums, above + begin, here + begin, below + begin, n);
        const auto beside = [&](int x) { return above[x] + 2 * here[x] + below[x]; };
        sums[-1] = begin > 0 ? beside(begin - 1) : beside(width > 1 ? 1 : 0);     // -1 is 1
        sums[n] = end < width ? beside(end) : beside(width > 1 ? width - 2 : 0);  // width is width - 2
        smooth_sums(out + begin, sums, n);
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(smooth_row);

constexpr int kGrain = 32;

int mirrored(int i, int n) {
    if (n == 1) return 0;
    if (i < 0) return -i;
    return i < n ? i : 2 * n - 2 - i;
}

void mix_row(float* out, const float* r, const float* g, const float* b, int width) {
    for (int x = 0; x < width; ++x) out[x] = 0.25F * (r[x] + 2 * g[x] + b[x]);
}

}  // namespace

void luminance_rows(ImageView<float> out, ImageView<const float> plane, int begin, int end) {
    assert(out.same_size(plane.width(), plane.height()));
    const int height = plane.height();
    for (int y = begin; y < end; ++y) {
        HWY_DYNAMIC_DISPATCH(smooth_row)
        (out.row_data(y), plane.row_data(mirrored(y - 1, height)), plane.row_data(y),
         plane.row_data(mirrored(y + 1, height)), plane.width());
    }
}

void luminance(ImageView<float> out, ImageView<const float> plane, Runner& runner) {
    assert(out.same_size(plane.width(), plane.height()));
    if (plane.empty()) return;
    runner.run(plane.height(), kGrain, [&](int begin, int end) { luminance_rows(out, plane, begin, end); });
}

void mix_colours(ImageView<float> out, ImageView<const float> red, ImageView<const float> green,
                 ImageView<const float> blue, Runner& runner) {
    assert(out.same_size(red.width(), red.height()) && out.same_size(green.width(), green.height()) &&
           out.same_size(blue.width(), blue.height()));
    parallel_rows(runner, out.height(), [&](int y) {
        mix_row(out.row_data(y), red.row_data(y), green.row_data(y), blue.row_data(y), out.width());
    });
}

void luminance(ImageView<float> out, ImageView<const float> red, ImageView<const float> green,
               ImageView<const float> blue, Runner& runner) {
    if (out.empty()) return;
    Image<float> mixed(out.width(), out.height());
    mix_colours(mixed.view(), red, green, blue, runner);
    luminance(out, mixed.cview(), runner);
}

}  // namespace nightstack
#endif
