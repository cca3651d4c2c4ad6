// SPDX-License-Identifier: MIT
#include "io/files/crc32c.h"

#include <array>

namespace nightstack::io {
namespace {

constexpr std::size_t kAtOnce = 8;  // bytes per step, "slicing by 8" (Kounavis and Berry 2005)
using Tables = std::array<std::array<std::uint32_t, 256>, kAtOnce>;

constexpr Tables make_tables() {
    Tables t{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t c = i;
        for (int bit = 0; bit < 8; ++bit) c = (c >> 1U) ^ ((c & 1U) != 0 ? 0x82F63B78U : 0U);
        t[0][i] = c;
    }
    for (std::size_t i = 0; i < 256; ++i) {
        for (std::size_t k = 1; k < kAtOnce; ++k) t[k][i] = (t[k - 1][i] >> 8U) ^ t[0][t[k - 1][i] & 0xFFU];
    }
    return t;
}

constexpr Tables kTables = make_tables();

std::uint32_t eight_bytes(std::uint32_t c, const std::byte* at) {
    std::uint32_t next = 0;
    for (std::size_t k = 0; k < kAtOnce; ++k) {
        const std::uint32_t mine = k < 4 ? (c >> (8U * static_cast<unsigned>(k))) & 0xFFU : 0U;
        next ^= kTables[kAtOnce - 1 - k][std::to_integer<std::uint32_t>(at[k]) ^ mine];
    }
    return next;
}

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before) {
    std::uint32_t c = ~before;
    while (bytes.size() >= kAtOnce) {
        c = eight_bytes(c, bytes.data());
        bytes = bytes.subspan(kAtOnce);
    }
    for (const std::byte b : bytes) c = (c >> 8U) ^ kTables[0][(c ^ std::to_integer<std::uint32_t>(b)) & 0xFFU];
    return ~c;
}

}  // namespace nightstack::io
