// SPDX-License-Identifier: MIT
// Superpixel and bilinear. In bilinear both candidates of a pixel are computed and joined by one blend
// of odd and even lanes: cheaper than picking every second pixel.
#include <algorithm>

#include "pipeline/stages/demosaic/planes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/demosaic/simple_rows.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/demosaic/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

// ---- superpixel

struct BlockRow {
    const float* top;
    const float* bottom;
    float* red;
    float* green;
    float* blue;
    int count;
};

// Red sits in the top or the bottom row, at the even or the odd place.
template <bool kRedBottom, bool kRedOdd>
void superpixel_row(const BlockRow& row) {
    const float* with_red = kRedBottom ? row.bottom : row.top;
    const float* with_blue = kRedBottom ? row.top : row.bottom;
    int i = 0;
#if HWY_TARGET != HWY_SCALAR
    const D d;
    for (; i + kLanes <= row.count; i += kLanes) {
        V red_even, red_odd, blue_even, blue_odd;
        hn::LoadInterleaved2(d, with_red + 2 * i, red_even, red_odd);
        hn::LoadInterleaved2(d, with_blue + 2 * i, blue_even, blue_odd);
        put(kRedOdd ? red_odd : red_even, row.red + i);
        put(((kRedOdd ? red_even : red_odd) + (kRedOdd ? blue_odd : blue_even)) * set(0.5F), row.green + i);
        put(kRedOdd ? blue_even : blue_odd, row.blue + i);
    }
#endif
    for (; i < row.count; ++i) {
        row.red[i] = with_red[2 * i + kRedOdd];
        row.green[i] = (with_red[2 * i + !kRedOdd] + with_blue[2 * i + kRedOdd]) * 0.5F;
        row.blue[i] = with_blue[2 * i + !kRedOdd];
    }
}

void superpixel(const ColourPlanes& out, ImageView<const float> mosaic, CfaPattern first) {
    const RedPhase red = red_phase(first);
    for (int j = 0; j < out.red.height(); ++j) {
        const BlockRow row{mosaic.row_data(2 * j), mosaic.row_data(2 * j + 1), out.red.row_data(j),
                           out.green.row_data(j),  out.blue.row_data(j),       out.red.width()};
        if (red.y == 0) {
            red.x == 0 ? superpixel_row<false, false>(row) : superpixel_row<false, true>(row);
        } else {
            red.x == 0 ? superpixel_row<true, false>(row) : superpixel_row<true, true>(row);
        }
    }
}

// ---- bilinear

// "own" is the colour this row shares with green (red or blue), "other" the one of the rows beside it.
struct MosaicRow {
    const float* above;
    const float* here;
    const float* below;
    float* own;
    float* green;
    float* other;
    int width;
};

// The plain rule for one pixel, used at both ends of a row. The order of sums is that of the vectors.
void bilinear_pixel(const MosaicRow& row, int x, bool is_own) {
    const int left = mirrored(x - 1, row.width);
    const int right = mirrored(x + 1, row.width);
    const float across = row.here[left] + row.here[right];
    const float upright = row.above[x] + row.below[x];
    const float diagonal = (row.above[left] + row.below[left]) + (row.above[right] + row.below[right]);
    row.own[x] = is_own ? row.here[x] : across * 0.5F;
    row.green[x] = is_own ? (across + upright) * 0.25F : row.here[x];
    row.other[x] = is_own ? diagonal * 0.25F : upright * 0.5F;
}

template <bool kOwnOdd>
void bilinear_row(const MosaicRow& row) {
    const auto pixel = [&](int x) { bilinear_pixel(row, x, ((x & 1) != 0) == kOwnOdd); };
    along_row(row.width, /*reach=*/1, pixel, [row](int x) {
        const V here = at(row.here + x);
        const V across = at(row.here + x - 1) + at(row.here + x + 1);
        const V upright = at(row.above + x) + at(row.below + x);
        const V diagonal =
            (at(row.above + x - 1) + at(row.below + x - 1)) + (at(row.above + x + 1) + at(row.below + x + 1));
        const V green = (across + upright) * set(0.25F);
        if constexpr (kOwnOdd) {
            put(by_column(here, across * set(0.5F)), row.own + x);
            put(by_column(green, here), row.green + x);
            put(by_column(diagonal * set(0.25F), upright * set(0.5F)), row.other + x);
        } else {
            put(by_column(across * set(0.5F), here), row.own + x);
            put(by_column(here, green), row.green + x);
            put(by_column(upright * set(0.5F), diagonal * set(0.25F)), row.other + x);
        }
    });
}

void bilinear(const ColourPlanes& out, ImageView<const float> mosaic, CfaPattern first) {
    const int height = mosaic.height();
    for (int y = 0; y < height; ++y) {
        const bool red_row = is_red_row(first, y);
        float* red = out.red.row_data(y);
        float* blue = out.blue.row_data(y);
        const MosaicRow row{mosaic.row_data(mirrored(y - 1, height)),
                            mosaic.row_data(y),
                            mosaic.row_data(mirrored(y + 1, height)),
                            red_row ? red : blue,
                            out.green.row_data(y),
                            red_row ? blue : red,
                            mosaic.width()};
        red_or_blue_is_odd(first, y) ? bilinear_row<true>(row) : bilinear_row<false>(row);
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(superpixel);
HWY_EXPORT(bilinear);

void demosaic_superpixel(const ColourPlanes& out, ImageView<const float> mosaic, CfaPattern first) {
    HWY_DYNAMIC_DISPATCH(superpixel)(out, mosaic, first);
}

void demosaic_bilinear(const ColourPlanes& out, ImageView<const float> mosaic, CfaPattern first) {
    HWY_DYNAMIC_DISPATCH(bilinear)(out, mosaic, first);
}

}  // namespace nightstack
#endif
