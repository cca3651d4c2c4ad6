// SPDX-License-Identifier: MIT
#include "io/tiles/gray_rgb8.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "io/tiles/gray_rgb8.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack::io {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

void gray_pixels(const std::uint8_t* HWY_RESTRICT rgb, int pixels, std::uint8_t* HWY_RESTRICT gray) {
    int x = 0;
#if HWY_TARGET != HWY_SCALAR
    // Sums stay below 2^16: 255 * 256 + 128.
    const hn::ScalableTag<std::uint8_t> d8;
    const hn::Half<decltype(d8)> half;
    const hn::Repartition<std::uint16_t, decltype(d8)> d16;
    const int lanes = static_cast<int>(hn::Lanes(d8));
    const auto red = hn::Set(d16, 77), green = hn::Set(d16, 150), blue = hn::Set(d16, 29), round = hn::Set(d16, 128);
    const auto sums = [&](auto r, auto g, auto b) {
        const auto sum = hn::Add(hn::Add(hn::Mul(hn::PromoteTo(d16, r), red), hn::Mul(hn::PromoteTo(d16, g), green)),
                                 hn::Add(hn::Mul(hn::PromoteTo(d16, b), blue), round));
        return hn::DemoteTo(half, hn::BitCast(hn::RebindToSigned<decltype(d16)>(), hn::ShiftRight<8>(sum)));
    };
    for (; x + lanes <= pixels; x += lanes) {
        hn::Vec<decltype(d8)> r, g, b;
        hn::LoadInterleaved3(d8, rgb + 3 * x, r, g, b);
        const auto low = sums(hn::LowerHalf(half, r), hn::LowerHalf(half, g), hn::LowerHalf(half, b));
        const auto high = sums(hn::UpperHalf(half, r), hn::UpperHalf(half, g), hn::UpperHalf(half, b));
        hn::StoreU(hn::Combine(d8, high, low), d8, gray + x);
    }
#endif
    for (; x < pixels; ++x)
        gray[x] =
            static_cast<std::uint8_t>((77U * rgb[3 * x] + 150U * rgb[3 * x + 1] + 29U * rgb[3 * x + 2] + 128U) >> 8);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack::io
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack::io {
HWY_EXPORT(gray_pixels);
void gray_of_rgb8(const std::uint8_t* rgb, int pixels, std::uint8_t* gray) {
    HWY_DYNAMIC_DISPATCH(gray_pixels)(rgb, pixels, gray);
}
}  // namespace nightstack::io
#endif
