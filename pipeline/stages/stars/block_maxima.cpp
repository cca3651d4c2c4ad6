// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

#include "pipeline/stages/stars/candidates.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/stars/block_maxima.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

using Eight = float __attribute__((vector_size(32)));  // the compiler's vectors: quick on every level
using Four = float __attribute__((vector_size(16)));
using FourIndex = std::int32_t __attribute__((vector_size(16)));

// A NaN is never higher.
HWY_INLINE void raise(Eight& highest, const float* p) {
    Eight v;
    std::memcpy(&v, p, sizeof v);
    highest = v > highest ? v : highest;
}

HWY_INLINE float highest_of(const Eight& lanes) {
    Four half[2];
    std::memcpy(half, &lanes, sizeof half);
    Four most = half[1] > half[0] ? half[1] : half[0];
    Four turned = __builtin_shuffle(most, FourIndex{2, 3, 0, 1});
    most = turned > most ? turned : most;
    return most[1] > most[0] ? most[1] : most[0];
}

void block_maxima_row(float* out, const float* row, int width) {
    constexpr float kLowest = -std::numeric_limits<float>::infinity();
    for (int x0 = 0; x0 < width; x0 += kScanBlock) {
        Eight lanes[2] = {Eight{} + kLowest, Eight{} + kLowest};
        int x = x0;
        const int end = x0 + kScanBlock < width ? x0 + kScanBlock : width;
        for (; x + 16 <= end; x += 16) {
            raise(lanes[0], row + x);
            raise(lanes[1], row + x + 8);
        }
        lanes[0] = lanes[1] > lanes[0] ? lanes[1] : lanes[0];
        float highest = highest_of(lanes[0]);
        for (; x < end; ++x) highest = row[x] > highest ? row[x] : highest;
        *out++ = highest;
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {
namespace {

HWY_EXPORT(block_maxima_row);

}  // namespace

void block_maxima(ImageView<float> out, ImageView<const float> plane, int begin, int end) {
    for (int y = begin; y < end; ++y) {
        HWY_DYNAMIC_DISPATCH(block_maxima_row)(out.row_data(y), plane.row_data(y), plane.width());
    }
}

}  // namespace nightstack
#endif
