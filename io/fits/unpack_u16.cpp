// SPDX-License-Identifier: MIT
// A plain loop, which the compiler makes as wide as each level allows.
#include "io/fits/unpack_u16.h"

#include <bit>
#include <cstdint>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "io/fits/unpack_u16.cpp"
#include "pipeline/simd/targets.h"  // before Highway's own headers

#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace nightstack::io {
namespace HWY_NAMESPACE {
namespace {  // or the linker may take another module's function of the same name

void unpack(float* HWY_RESTRICT out, const std::byte* HWY_RESTRICT raw, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        std::uint16_t v;
        std::memcpy(&v, raw + 2 * i, sizeof v);
        if constexpr (std::endian::native == std::endian::little) v = static_cast<std::uint16_t>((v >> 8) | (v << 8));
        out[i] = static_cast<float>(v ^ 0x8000);
    }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nightstack::io
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nightstack::io {

HWY_EXPORT(unpack);

void unpack_u16(float* out, const std::byte* raw, std::size_t count) { HWY_DYNAMIC_DISPATCH(unpack)(out, raw, count); }

}  // namespace nightstack::io
#endif
