// SPDX-License-Identifier: MIT
// Positions along a straight line for two-pass resampling. They are counted from anchors, every sixteenth canvas pixel,
// whatever the tile and the width of the registers: exact in double there, the few steps from it in float. So they cost
// little, are off by less than 3e-7 pixels, and are the same on every level.
// Included once per instruction level; its guard therefore toggles.
#if defined(NIGHTSTACK_WARP_LINE_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_WARP_LINE_INL_H
#undef NIGHTSTACK_WARP_LINE_INL_H
#else
#define NIGHTSTACK_WARP_LINE_INL_H
#endif

#include <cmath>

#include <hwy/highway.h>

#include "pipeline/stages/warp/weights-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {  // or the linker may take another module's function of the same name

namespace hn = hwy::HWY_NAMESPACE;

inline constexpr int kAnchor = 16;
inline int anchor_of(int u) { return u - (u & (kAnchor - 1)); }

// kBlock positions from an anchor on.
struct Line {
    int unit = 0;                      // whole pixels from one to the next, about
    int whole[kBlock / kAnchor];       // of the anchors
    HWY_ALIGN float steps[kBlock];     // whole pixels from there and `unit` for each, to the pixel before a position
    HWY_ALIGN float fraction[kBlock];  // from that pixel, in [0, 1]

    // The pixel before position i.
    int at(int i) const { return whole[i / kAnchor] + unit * (i % kAnchor) + static_cast<int>(steps[i]); }
};

// step * u + offset for `count` pixels (up to the next anchor) from `u` on, which is an anchor. `step` is `unit` give
// or take less than a half.
HWY_INLINE void find_line(double step, double offset, int u, int count, int unit, Line& out) {
    const Lane d;
    const LaneV drift = hn::Set(d, static_cast<float>(step - unit));
    const LaneV tiny = hn::Set(d, 0x1p-24F);
    out.unit = unit;
    for (int begin = 0; begin < count; begin += kAnchor) {
        const double anchor = step * (u + begin) + offset;
        const double floor = std::floor(anchor);
        const LaneV rest = hn::Set(d, static_cast<float>(anchor - floor));
        out.whole[begin / kAnchor] = static_cast<int>(floor);
        for (int i = 0; i < kAnchor; i += kLanes) {
            const LaneV at = hn::Add(hn::Mul(drift, hn::Iota(d, static_cast<float>(i))), rest);
            const LaneV below = hn::Floor(at);
            const LaneV fraction = hn::Sub(at, below);
            hn::Store(below, d, out.steps + begin + i);
            // Rounding noise of a transform must not cost a whole-pixel shift its exactness, as in positions-inl.h.
            hn::Store(hn::IfThenZeroElse(hn::Lt(fraction, tiny), fraction), d, out.fraction + begin + i);
        }
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
