// SPDX-License-Identifier: MIT
// Gradient-corrected linear interpolation: H. S. Malvar, L. He, R. Cutler, "High-quality linear interpolation for
// demosaicing of Bayer-patterned color images", ICASSP 2004. A missing colour is the mean of its nearest pixels plus
// a second difference of the colour the pixel itself saw, with the paper's gains 1/2 and 5/8; but between red and blue
// with 3/16 in place of 3/4. What is given from plane to plane makes a star narrower by its other colour, and so puts
// more of its light into an aperture the more of that colour it has: for stars as they are, red and blue are the most
// unlike. With 3/16 their fluxes scatter half as much by colour, and are as wide as they should be (with 3/4 too
// narrow: stars have more green than red and blue in the numbers of a sensor). The second difference is formed first
// and scaled last, in an order in which equal pixels give exactly 0: whatever a colour's level, nothing of it gets into
// another plane.
#include <algorithm>
#include <type_traits>

#include "pipeline/stages/demosaic/planes.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/demosaic/linear_rows.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/demosaic/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

// "own" is the colour this row shares with green (red or blue), "other" the one of the rows beside it.
struct GradientRow {
    const float* rows[5];  // rows y - 2 ... y + 2 of the mosaic
    float* own;
    float* green;
    float* other;
    int width;
};

template <class T>
HWY_INLINE T spread(float value) {
    if constexpr (std::is_same_v<T, float>) {
        return value;
    } else {
        return set(value);
    }
}

// What a pixel's neighbours add up to; T is one float or a vector of them.
template <class T>
struct Neighbours {
    T here;
    T across, upright, diagonal;  // 2, 2 and 4 that touch
    T far_across, far_upright;    // 2 each at a distance of 2: of the pixel's own colour
};

template <class T>
struct Missing {
    T first, second;
};

// At a red or blue pixel: green, then the other of the two.
template <class T>
HWY_INLINE Missing<T> beside_green(const Neighbours<T>& n) {
    const T bend = n.here * spread<T>(4.0F) - (n.far_across + n.far_upright);
    return {(n.across + n.upright) * spread<T>(0.25F) + bend * spread<T>(0.125F),
            n.diagonal * spread<T>(0.25F) + bend * spread<T>(0.046875F)};
}

// At a green pixel: the colour of its row, then the colour of its column.
template <class T>
HWY_INLINE Missing<T> at_green(const Neighbours<T>& n) {
    const T half = spread<T>(0.5F);
    const T bend = n.here * spread<T>(4.0F) - n.diagonal;
    const T bend_across = bend + ((n.here + n.far_upright * half) - n.far_across);
    const T bend_upright = bend + ((n.here + n.far_across * half) - n.far_upright);
    return {n.across * half + bend_across * spread<T>(0.125F), n.upright * half + bend_upright * spread<T>(0.125F)};
}

// One pixel near an end of the row, where columns are mirrored. The order of sums is that of the vectors.
void gradient_pixel(const GradientRow& row, int x, bool is_own) {
    const auto of = [&](int dx, int dy) { return row.rows[dy + 2][mirrored(x + dx, row.width)]; };
    const Neighbours<float> n{of(0, 0),
                              of(-1, 0) + of(1, 0),
                              of(0, -1) + of(0, 1),
                              (of(-1, -1) + of(-1, 1)) + (of(1, -1) + of(1, 1)),
                              of(-2, 0) + of(2, 0),
                              of(0, -2) + of(0, 2)};
    if (is_own) {
        const Missing<float> made = beside_green(n);
        row.own[x] = n.here;
        row.green[x] = made.first;
        row.other[x] = made.second;
    } else {
        const Missing<float> made = at_green(n);
        row.own[x] = made.first;
        row.green[x] = n.here;
        row.other[x] = made.second;
    }
}

// Both answers are computed for every pixel and joined by one blend of odd and even lanes.
template <bool kOwnOdd>
void gradient_row(const GradientRow& row) {
    const auto pixel = [&](int x) { gradient_pixel(row, x, ((x & 1) != 0) == kOwnOdd); };
    along_row(row.width, /*reach=*/2, pixel, [row](int x) {
        const auto of = [&](int dx, int dy) { return at(row.rows[dy + 2] + x + dx); };
        const Neighbours<V> n{of(0, 0),
                              of(-1, 0) + of(1, 0),
                              of(0, -1) + of(0, 1),
                              (of(-1, -1) + of(-1, 1)) + (of(1, -1) + of(1, 1)),
                              of(-2, 0) + of(2, 0),
                              of(0, -2) + of(0, 2)};
        const Missing<V> own = beside_green(n);
        const Missing<V> green = at_green(n);
        const auto join = [](V if_own, V if_green) {
            return kOwnOdd ? by_column(if_own, if_green) : by_column(if_green, if_own);
        };
        put(join(n.here, green.first), row.own + x);
        put(join(own.first, n.here), row.green + x);
        put(join(own.second, green.second), row.other + x);
    });
}

void gradient_corrected(const ColourPlanes& out, ImageView<const float> mosaic, CfaPattern first) {
    const int height = mosaic.height();
    for (int y = 0; y < height; ++y) {
        const bool red_row = is_red_row(first, y);
        float* red = out.red.row_data(y);
        float* blue = out.blue.row_data(y);
        GradientRow row{{}, red_row ? red : blue, out.green.row_data(y), red_row ? blue : red, mosaic.width()};
        for (int k = 0; k < 5; ++k) row.rows[k] = mosaic.row_data(mirrored(y + k - 2, height));
        red_or_blue_is_odd(first, y) ? gradient_row<true>(row) : gradient_row<false>(row);
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(gradient_corrected);

void demosaic_linear(const ColourPlanes& out, ImageView<const float> mosaic, CfaPattern first) {
    HWY_DYNAMIC_DISPATCH(gradient_corrected)(out, mosaic, first);
}

}  // namespace nightstack
#endif
