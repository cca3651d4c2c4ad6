// SPDX-License-Identifier: MIT
// Eight floats side by side, at every instruction level: sums take the same order, so they are the same bits. Included
// once per instruction level, so its guard toggles.
#if defined(NIGHTSTACK_SCENE_EIGHTS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_SCENE_EIGHTS_INL_H_
#undef NIGHTSTACK_SCENE_EIGHTS_INL_H_
#else
#define NIGHTSTACK_SCENE_EIGHTS_INL_H_
#endif

#include <cstring>

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

using Eight = float __attribute__((vector_size(32)));

HWY_INLINE void load(Eight& to, const float* p) { std::memcpy(&to, p, sizeof to); }
HWY_INLINE float total(const Eight& v) { return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7])); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();
#endif
