// SPDX-License-Identifier: MIT
// Four numbers in double at a time, as the compiler's vectors: quick on every level (Highway 1.0 has no SSE2 target), and
// every machine adds in one order.
#if defined(NIGHTSTACK_STARS_FOURS_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_STARS_FOURS_INL_H
#undef NIGHTSTACK_STARS_FOURS_INL_H
#else
#define NIGHTSTACK_STARS_FOURS_INL_H
#endif

#include <hwy/highway.h>

#include <cstdint>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

using Four = double __attribute__((vector_size(32)));
using FourMask = std::int64_t __attribute__((vector_size(32)));  // a true lane is -1
using FourFloats = float __attribute__((vector_size(16)));

HWY_INLINE void load(Four& to, const float* p) {
    FourFloats floats;
    std::memcpy(&floats, p, sizeof floats);
    to = __builtin_convertvector(floats, Four);
}

// 0 where `keep` is not, NaN included.
HWY_INLINE void clear_unless(Four& v, const FourMask& keep) {
    FourMask bits;
    std::memcpy(&bits, &v, sizeof bits);
    bits &= keep;
    std::memcpy(&v, &bits, sizeof bits);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#endif
