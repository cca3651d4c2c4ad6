// SPDX-License-Identifier: MIT
// Where a block of output pixels lies in the frame. Included once per instruction level; its guard
// therefore toggles.
#if defined(NIGHTSTACK_WARP_POSITIONS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_WARP_POSITIONS_INL_H
#undef NIGHTSTACK_WARP_POSITIONS_INL_H
#else
#define NIGHTSTACK_WARP_POSITIONS_INL_H
#endif

#include <cstdint>

#include <hwy/highway.h>

#include "pipeline/stages/warp/warp_row.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline constexpr int kBlock = 64;

// Structure of arrays; entries of pixels without data are 0 with valid == 0.
struct Positions {
    HWY_ALIGN std::int32_t ix[kBlock];
    HWY_ALIGN std::int32_t iy[kBlock];
    HWY_ALIGN float fx[kBlock];  // in [0, 1]; 1 stands for a fraction that float rounds up
    HWY_ALIGN float fy[kBlock];
    HWY_ALIGN std::int32_t valid[kBlock];  // 0 or -1
    bool one_piece = true;                 // the block is a straight piece: its ends tell about all of it

    bool blank(int count) const {
        for (int i = 0; i < count; ++i) {
            if (valid[i] != 0) return false;
        }
        return true;
    }
};

// Splits one coordinate; `bias` is 0 or, to round, 0.5.
template <class D, class V = hn::Vec<D>>
HWY_INLINE void split(D d, V position, hn::Mask<D> valid, V bias, std::int32_t* whole, float* fraction) {
    const hn::Rebind<std::int32_t, D> di;
    const hn::Rebind<float, D> df;
    const V safe = hn::IfThenElseZero(valid, hn::Add(position, bias));
    const V floor = hn::Floor(safe);
    hn::Store(hn::DemoteTo(di, floor), di, whole);
    // Rounding noise of a transform must not cost a whole-pixel shift its exactness: float rounds
    // 1 - 2^-25 up to 1, so treat the other side alike.
    const V rest = hn::Sub(safe, floor);
    const V tiny = hn::Set(d, 0x1p-24);
    hn::Store(hn::DemoteTo(df, hn::IfThenZeroElse(hn::Lt(rest, tiny), rest)), df, fraction);
}

// Positions of the pixels x0 + i, i in [0, kBlock); more than asked for costs nothing but time.
HWY_INLINE void find_positions(const WarpRow& row, int first, double bias, Positions& out) {
    const hn::ScalableTag<double> d;
    using V = hn::Vec<decltype(d)>;
    const hn::Rebind<std::int32_t, decltype(d)> di;
    const std::size_t lanes = hn::Lanes(d);
    const auto& m = row.source_from_out;
    const double y = row.y;
    const double x_of_y = m[1] * y + m[2];
    const double y_of_y = m[4] * y + m[5];
    const double w_of_y = m[7] * y + m[8];
    const V low = hn::Set(d, -0.5);
    const V right = hn::Set(d, row.frame_width - 0.5);
    const V bottom = hn::Set(d, row.frame_height - 0.5);
    const V bias_v = hn::Set(d, bias);
    for (std::size_t i = 0; i < kBlock; i += lanes) {
        const V x = hn::Iota(d, static_cast<double>(row.x0 + first) + static_cast<double>(i));
        V sx = hn::Add(hn::Mul(hn::Set(d, m[0]), x), hn::Set(d, x_of_y));
        V sy = hn::Add(hn::Mul(hn::Set(d, m[3]), x), hn::Set(d, y_of_y));
        if (!row.affine) {
            const V w = hn::Add(hn::Mul(hn::Set(d, m[6]), x), hn::Set(d, w_of_y));
            sx = hn::Div(sx, w);
            sy = hn::Div(sy, w);
        }
        const auto valid =
            hn::And(hn::And(hn::Ge(sx, low), hn::Le(sx, right)), hn::And(hn::Ge(sy, low), hn::Le(sy, bottom)));
        split(d, sx, valid, bias_v, out.ix + i, out.fx + i);
        split(d, sy, valid, bias_v, out.iy + i, out.fy + i);
        hn::Store(hn::DemoteTo(di, hn::IfThenElseZero(valid, hn::Set(d, -1.0))), di, out.valid + i);
    }
    const double x = row.x0 + first;
    const double w0 = m[6] * x + w_of_y;
    const double w1 = m[6] * (x + kBlock) + w_of_y;
    out.one_piece = row.affine || w0 * w1 > 0;
}

// Pixels a window may start at so that `count` columns and rows from it are at hand.
struct Inside {
    int x0, x1, y0, y1;  // half open, for (ix, iy)
    bool holds(const Positions& p, int i) const {
        return p.valid[i] != 0 && p.ix[i] >= x0 && p.ix[i] < x1 && p.iy[i] >= y0 && p.iy[i] < y1;
    }
    // Along a straight piece all are inside when both ends are: the rectangle is convex.
    bool holds_all(const Positions& p, int begin, int end) const {
        return p.one_piece && holds(p, begin) && holds(p, end - 1);
    }
};

}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
