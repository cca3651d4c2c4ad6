// SPDX-License-Identifier: MIT
#include "io/fits/samples.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

#include "io/fits/unpack_u16.h"

namespace nightstack::io {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// Shifts instead of __builtin_bswap16: the compiler turns these into vector shifts.
constexpr std::uint16_t swapped(std::uint16_t v) { return static_cast<std::uint16_t>((v >> 8) | (v << 8)); }
inline std::uint32_t swapped(std::uint32_t v) { return __builtin_bswap32(v); }
inline std::uint64_t swapped(std::uint64_t v) { return __builtin_bswap64(v); }
constexpr std::uint8_t swapped(std::uint8_t v) { return v; }

// The stored number at `raw`, as the machine has it.
template <class T>
T load(const std::byte* raw) {
    using Bits =
        std::conditional_t<sizeof(T) == 1, std::uint8_t,
                           std::conditional_t<sizeof(T) == 2, std::uint16_t,
                                              std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>>>;
    static_assert(sizeof(Bits) == sizeof(T));
    Bits bits;
    std::memcpy(&bits, raw, sizeof bits);
    if constexpr (std::endian::native == std::endian::little) bits = swapped(bits);
    return std::bit_cast<T>(bits);
}

// Finite values outside float have no neighbour there: undefined. Infinities stay what they are.
inline float narrowed(double v) {
    constexpr double kLargest = std::numeric_limits<float>::max();
    const bool lost = std::abs(v) > kLargest && std::abs(v) <= std::numeric_limits<double>::max();
    return lost ? kNaN : static_cast<float>(v);
}

template <class T>
void decode_as(float* out, const std::byte* raw, std::size_t count, const FitsLayout& layout) {
    const double zero = layout.bzero;
    const double scale = layout.bscale;
    for (std::size_t i = 0; i < count; ++i) {
        out[i] = narrowed(static_cast<double>(load<T>(raw + i * sizeof(T))) * scale + zero);
    }
}

// Unscaled values are rounded once, straight to float; through double a 64-bit integer would be rounded twice.
template <class T>
void decode_unscaled(float* out, const std::byte* raw, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        if constexpr (std::is_same_v<T, double>) {
            out[i] = narrowed(load<T>(raw + i * sizeof(T)));
        } else {
            out[i] = static_cast<float>(load<T>(raw + i * sizeof(T)));
        }
    }
}

// With the sign bit turned over, BZERO = 2^(bits - 1) makes signed samples unsigned.
template <class T>
void decode_offset(float* out, const std::byte* raw, std::size_t count) {
    if constexpr (sizeof(T) == 2) return unpack_u16(out, raw, count);
    constexpr T kTop = T{1} << (std::numeric_limits<T>::digits - 1);
    for (std::size_t i = 0; i < count; ++i) {
        const T v = static_cast<T>(load<T>(raw + i * sizeof(T)) ^ kTop);
        out[i] = static_cast<float>(v);
    }
}

template <class T>
void mark_blank(float* out, const std::byte* raw, std::size_t count, std::int64_t blank) {
    for (std::size_t i = 0; i < count; ++i) {
        if (static_cast<std::int64_t>(load<T>(raw + i * sizeof(T))) == blank) out[i] = kNaN;
    }
}

template <class T>
void decode(float* out, const std::byte* raw, std::size_t count, const FitsLayout& layout) {
    if (layout.bscale == 1 && layout.bzero == 0) {
        decode_unscaled<T>(out, raw, count);
    } else if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
        const double offset = std::ldexp(1.0, static_cast<int>(8 * sizeof(T)) - 1);
        if (layout.bscale == 1 && layout.bzero == offset) {
            decode_offset<std::make_unsigned_t<T>>(out, raw, count);
        } else {
            decode_as<T>(out, raw, count, layout);
        }
    } else {
        decode_as<T>(out, raw, count, layout);
    }
    if constexpr (std::is_integral_v<T>) {
        if (layout.blank) mark_blank<T>(out, raw, count, *layout.blank);
    }
}

}  // namespace

void decode_samples(float* out, const std::byte* raw, std::size_t count, const FitsLayout& layout) {
    switch (layout.bitpix) {
        case 8: return decode<std::uint8_t>(out, raw, count, layout);
        case 16: return decode<std::int16_t>(out, raw, count, layout);
        case 32: return decode<std::int32_t>(out, raw, count, layout);
        case 64: return decode<std::int64_t>(out, raw, count, layout);
        case -32: return decode<float>(out, raw, count, layout);
        case -64: return decode<double>(out, raw, count, layout);
    }
}

void decode_samples(std::uint16_t* out, const std::byte* raw, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        out[i] = static_cast<std::uint16_t>(load<std::uint16_t>(raw + 2 * i) ^ 0x8000U);
    }
}

bool is_u16(const FitsLayout& layout) {
    return layout.bitpix == 16 && layout.bzero == 32768 && layout.bscale == 1 && !layout.blank;
}

void encode_samples(std::byte* raw, const float* in, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto bits = load<std::uint32_t>(reinterpret_cast<const std::byte*>(in + i));
        std::memcpy(raw + 4 * i, &bits, sizeof bits);
    }
}

void encode_samples(std::byte* raw, const std::uint16_t* in, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const auto bits =
            static_cast<std::uint16_t>(load<std::uint16_t>(reinterpret_cast<const std::byte*>(in + i)) ^ 0x80U);
        std::memcpy(raw + 2 * i, &bits, sizeof bits);
    }
}

}  // namespace nightstack::io
