// SPDX-License-Identifier: MIT
// A vector of neighbouring pixels and the few things demosaicing does with it. Highway 1.0 has no
// SSE2 target, only one plain float; at the baseline the compiler's own vector type stands in.
#if defined(NIGHTSTACK_DEMOSAIC_LANES_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef NIGHTSTACK_DEMOSAIC_LANES_INL_H
#undef NIGHTSTACK_DEMOSAIC_LANES_INL_H
#else
#define NIGHTSTACK_DEMOSAIC_LANES_INL_H
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

using V = float __attribute__((vector_size(16)));
using Bits = std::int32_t __attribute__((vector_size(16)));
constexpr int kLanes = 4;
HWY_INLINE V at(const float* p) {
    V v;
    std::memcpy(&v, p, sizeof v);
    return v;
}
HWY_INLINE V set(float value) { return V{value, value, value, value}; }
HWY_INLINE void put(V v, float* p) { std::memcpy(p, &v, sizeof v); }
HWY_INLINE V distance(V a, V b) { return reinterpret_cast<V>(reinterpret_cast<Bits>(a - b) & 0x7FFFFFFF); }
HWY_INLINE V positive(V v) { return v > 0 ? v : V{}; }
HWY_INLINE V if_less(V a, V b, V yes, V no) { return a < b ? yes : no; }
// Odd lanes of one, even lanes of the other. Vectors begin at even columns.
HWY_INLINE V by_column(V odd, V even) { return __builtin_shuffle(even, odd, Bits{0, 5, 2, 7}); }

#else

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));
HWY_INLINE V at(const float* p) { return hn::LoadU(D(), p); }
HWY_INLINE V set(float value) { return hn::Set(D(), value); }
HWY_INLINE void put(V v, float* p) { hn::StoreU(v, D(), p); }
HWY_INLINE V distance(V a, V b) { return hn::Abs(a - b); }
HWY_INLINE V positive(V v) { return hn::IfThenElse(v > hn::Zero(D()), v, hn::Zero(D())); }
HWY_INLINE V if_less(V a, V b, V yes, V no) { return hn::IfThenElse(a < b, yes, no); }
HWY_INLINE V by_column(V odd, V even) { return hn::OddEven(odd, even); }

#endif

// step(x) for whole vectors from column `begin` (even) until `end` is reached or passed.
template <class Step>
HWY_INLINE void for_vectors(int begin, int end, Step step) {
    for (int x = begin; x < end; x += kLanes) step(x);
}

// A row of a mosaic, for steps that read up to `reach` (at most 2) columns to each side: vectors(x) from column 2 on,
// as long as whole vectors find those columns (the last may do some a second time), pixel(x) at both ends.
template <class Pixel, class Vectors>
HWY_INLINE void along_row(int width, int reach, Pixel pixel, Vectors vectors) {
    const int begin = std::min(2, width);
    int end = begin + std::max(0, width - reach - begin) / kLanes * kLanes;
    for (int x = 0; x < begin; ++x) pixel(x);
    for_vectors(begin, end, vectors);
    if (end > begin && end < width - reach) {
        const int last = (width - reach - kLanes) / 2 * 2;
        vectors(last);
        end = last + kLanes;
    }
    for (int x = end; x < width; ++x) pixel(x);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#endif
