// SPDX-License-Identifier: MIT
// Plain loops, which the compiler makes as wide as each level allows.
#include "pipeline/stages/calibrate/impulse_screen.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/calibrate/impulse_screen.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {  // or the linker may take another module's function of the same name

constexpr int kChunk = 64;  // pixels looked at together

HWY_INLINE float higher(float a, float b) { return a > b ? a : b; }
HWY_INLINE float lower(float a, float b) { return a < b ? a : b; }

// Against the two in the row only: noise hardly ever passes, so the rows above and below are rarely asked.
HWY_INLINE bool any_beside(const float* here, int count, float limit) {
    int found = 0;
    for (int k = 0; k < count; ++k) {
        const float v = here[k], a = here[k - 2], b = here[k + 2];
        found |= static_cast<int>(v - higher(a, b) > limit) | static_cast<int>(lower(a, b) - v > limit);
    }
    return found != 0;
}

// Flags of all eight, into `out`.
HWY_INLINE void flag(int* HWY_RESTRICT out, const float* above, const float* here, const float* below, int count,
                     float limit) {
    for (int k = 0; k < count; ++k) {
        const float left_most = higher(higher(above[k - 2], here[k - 2]), below[k - 2]);
        const float left_least = lower(lower(above[k - 2], here[k - 2]), below[k - 2]);
        const float right_most = higher(higher(above[k + 2], here[k + 2]), below[k + 2]);
        const float right_least = lower(lower(above[k + 2], here[k + 2]), below[k + 2]);
        const float most = higher(higher(left_most, right_most), higher(above[k], below[k]));
        const float least = lower(lower(left_least, right_least), lower(above[k], below[k]));
        out[k] = static_cast<int>(here[k] - most > limit) | static_cast<int>(least - here[k] > limit);
    }
}

int standing_out_of(int* columns, const float* above, const float* here, const float* below, int begin, int end,
                    float limit) {
    int found = 0;
    for (int x = begin; x < end; x += kChunk) {
        const int count = std::min(kChunk, end - x);
        int flags[kChunk];
        if (count == kChunk) {  // a number known beforehand makes shorter loops
            if (!any_beside(here + x, kChunk, limit)) continue;
            flag(flags, above + x, here + x, below + x, kChunk, limit);
        } else {
            flag(flags, above + x, here + x, below + x, count, limit);
        }
        for (int k = 0; k < count; ++k) {
            if (flags[k] != 0) columns[found++] = x + k;
        }
    }
    return found;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(standing_out_of);

int standing_out(int* columns, const float* above, const float* here, const float* below, int begin, int end,
                 float limit) {
    return HWY_DYNAMIC_DISPATCH(standing_out_of)(columns, above, here, below, begin, end, limit);
}

}  // namespace nightstack
#endif
