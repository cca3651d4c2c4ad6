// SPDX-License-Identifier: MIT
#include "pipeline/stages/calibrate/pixel_rows.h"

#include <bit>
#include <cstdint>
#include <limits>

#include "pipeline/stages/calibrate/calibrate.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "pipeline/stages/calibrate/pixel_rows.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack {
namespace HWY_NAMESPACE {
namespace {  // or the linker may take another module's function of the same name

namespace hn = hwy::HWY_NAMESPACE;

constexpr float kLargest = std::numeric_limits<float>::max();
constexpr std::uint32_t kExponent = 0x7F800000;  // all ones: not finite

// With plain values where Highway has but one lane, so that the compiler finds vectors of its own.
#if HWY_TARGET == HWY_SCALAR

float usable_offset(float v) {
    const float not_low = v >= -kLargest ? v : 0.0F;
    return not_low <= kLargest ? not_low : 0.0F;
}
float usable_flat(float v) {
    const float not_low = v >= kFlatFloor ? v : 1.0F;
    return not_low <= kLargest ? not_low : 1.0F;
}

void subtract_row(float* __restrict light, const float* __restrict offset, int width) {
    for (int x = 0; x < width; ++x) light[x] -= usable_offset(offset[x]);
}
void divide_row(float* __restrict light, const float* __restrict flat, int width) {
    for (int x = 0; x < width; ++x) light[x] /= usable_flat(flat[x]);
}
bool finite_row(const float* row, int width) {
    std::uint32_t found = 0;
    for (int x = 0; x < width; ++x) found |= (std::bit_cast<std::uint32_t>(row[x]) & kExponent) == kExponent ? 1U : 0U;
    return found == 0;
}

#else

using D = hn::ScalableTag<float>;
using V = hn::Vec<D>;

HWY_INLINE V usable_offset(V v) { return hn::IfThenElseZero(hn::Le(hn::Abs(v), hn::Set(D(), kLargest)), v); }
HWY_INLINE V usable_flat(V v) {
    const D d;
    const auto usable = hn::And(hn::Ge(v, hn::Set(d, kFlatFloor)), hn::Le(v, hn::Set(d, kLargest)));
    return hn::IfThenElse(usable, v, hn::Set(d, 1.0F));
}

// step(x, d) for whole vectors, then for single pixels.
template <class Step>
HWY_INLINE void along(int width, Step step) {
    const D d;
    const int lanes = static_cast<int>(hn::Lanes(d));
    int x = 0;
    for (; x + lanes <= width; x += lanes) step(x, lanes);
    if (x < width) step(x, width - x);
}

HWY_INLINE V load(const float* at, int count) {
    const D d;
    if (count == static_cast<int>(hn::Lanes(d))) return hn::LoadU(d, at);
    HWY_ALIGN float part[hn::MaxLanes(D())] = {};
    for (int i = 0; i < count; ++i) part[i] = at[i];
    return hn::Load(d, part);
}

HWY_INLINE void store(V v, float* at, int count) {
    const D d;
    if (count == static_cast<int>(hn::Lanes(d))) return hn::StoreU(v, d, at);
    HWY_ALIGN float part[hn::MaxLanes(D())];
    hn::Store(v, d, part);
    for (int i = 0; i < count; ++i) at[i] = part[i];
}

void subtract_row(float* HWY_RESTRICT light, const float* HWY_RESTRICT offset, int width) {
    along(width, [&](int x, int n) HWY_ATTR {
        store(hn::Sub(load(light + x, n), usable_offset(load(offset + x, n))), light + x, n);
    });
}

void divide_row(float* HWY_RESTRICT light, const float* HWY_RESTRICT flat, int width) {
    along(width, [&](int x, int n)
                     HWY_ATTR { store(hn::Div(load(light + x, n), usable_flat(load(flat + x, n))), light + x, n); });
}

bool finite_row(const float* row, int width) {
    const D d;
    const hn::RebindToUnsigned<D> du;
    const auto exponent = hn::Set(du, kExponent);
    auto found = hn::Zero(du);
    along(width, [&](int x, int n) HWY_ATTR {
        const auto bits = hn::And(hn::BitCast(du, load(row + x, n)), exponent);
        found = hn::Or(found, hn::VecFromMask(du, hn::Eq(bits, exponent)));
    });
    return hn::AllTrue(du, hn::Eq(found, hn::Zero(du)));
}

#endif

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack {

HWY_EXPORT(subtract_row);
HWY_EXPORT(divide_row);
HWY_EXPORT(finite_row);

void subtract_offset(float* light, const float* offset, int width) {
    HWY_DYNAMIC_DISPATCH(subtract_row)(light, offset, width);
}
void divide_by_flat(float* light, const float* flat, int width) {
    HWY_DYNAMIC_DISPATCH(divide_row)(light, flat, width);
}
bool all_finite(const float* row, int width) { return HWY_DYNAMIC_DISPATCH(finite_row)(row, width); }

}  // namespace nightstack
#endif
