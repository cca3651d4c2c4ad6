// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/clipped_sums.h"

#include <cstdint>
#include <cstring>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stars/clipped_sums.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "pipeline/stages/stars/fours-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

// Eight floats as the compiler's vectors, so that every machine adds in one order; plain loops over the three sums
// with their condition are left scalar by g++ 12, at a quarter of the speed.
using Eight = float __attribute__((vector_size(32)));
using EightMask = std::int32_t __attribute__((vector_size(32)));

struct LaneSums {
    EightMask count = {};
    Eight sum = {};
    Eight square = {};
};

// NaN fails both comparisons and so drops out.
HWY_INLINE void add_eight(LaneSums& to, const float* p, const ClipGate& gate) {
    Eight v;
    std::memcpy(&v, p, sizeof v);
    const Eight d = v - gate.pivot;
    const EightMask keep = (d >= gate.low) & (d <= gate.high);
    EightMask bits;
    std::memcpy(&bits, &d, sizeof bits);
    bits &= keep;
    Eight kept;
    std::memcpy(&kept, &bits, sizeof kept);
    to.count -= keep;  // a true lane is -1
    to.sum += kept;
    to.square += kept * kept;
}

// Sums about the pivot of what the gate lets through, of every `step`th row of a cell.
ClipSums clipped_sums(ImageView<const float> cell, int step, const ClipGate& gate) {
    LaneSums lanes, others;  // two chains of additions run side by side
    const int width = cell.width();
    for (int y = 0; y < cell.height(); y += step) {
        const float* p = cell.row_data(y);
        int x = 0;
        for (; x + 16 <= width; x += 16) {
            add_eight(lanes, p + x, gate);
            add_eight(others, p + x + 8, gate);
        }
        for (; x + 8 <= width; x += 8) add_eight(lanes, p + x, gate);
        if (x == width) continue;
        float rest[8];
        for (int i = 0; i < 8; ++i) rest[i] = x + i < width ? p[x + i] : std::numeric_limits<float>::quiet_NaN();
        add_eight(lanes, rest, gate);
    }
    ClipSums sums;
    for (int i = 0; i < 8; ++i) {
        sums.count += lanes.count[i] + others.count[i];
        sums.sum += static_cast<double>(lanes.sum[i]) + static_cast<double>(others.sum[i]);
        sums.square += static_cast<double>(lanes.square[i]) + static_cast<double>(others.square[i]);
    }
    return sums;
}

ClipSums clipped_sums_of(std::span<const float> values, double pivot, double low, double high) {
    FourMask count = {};
    Four sum = {}, square = {};
    const std::size_t n = values.size();
    for (std::size_t at = 0; at < n; at += 4) {
        FourFloats floats;
        if (at + 4 <= n) {
            std::memcpy(&floats, values.data() + at, sizeof floats);
        } else {
            for (std::size_t i = 0; i < 4; ++i) floats[i] = at + i < n ? values[at + i] : __builtin_nanf("");
        }
        Four d = __builtin_convertvector(floats, Four) - pivot;
        const FourMask keep = (d >= low) & (d <= high);
        clear_unless(d, keep);
        count -= keep;
        sum += d;
        square += d * d;
    }
    ClipSums sums;
    for (int i = 0; i < 4; ++i) {
        sums.count += static_cast<double>(count[i]);
        sums.sum += sum[i];
        sums.square += square[i];
    }
    return sums;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(clipped_sums);
HWY_EXPORT(clipped_sums_of);

}  // namespace

ClipSums clipped_sums(ImageView<const float> cell, int row_step, const ClipGate& gate) {
    return HWY_DYNAMIC_DISPATCH(clipped_sums)(cell, row_step, gate);
}

ClipSums clipped_sums(std::span<const float> values, double pivot, double low, double high) {
    return HWY_DYNAMIC_DISPATCH(clipped_sums_of)(values, pivot, low, high);
}

}  // namespace nightstack
#endif
