// SPDX-License-Identifier: MIT
#include "device/targets/star_pack.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "device/targets/embedded_atlas.h"
#include "pipeline/core/error.h"

namespace nightstack::device {
namespace {

using Bytes = std::vector<std::byte>;

std::uint32_t crc_by_bits(std::span<const std::byte> bytes) {
    std::uint32_t crc = ~0U;
    for (const std::byte byte : bytes) {
        crc ^= std::to_integer<std::uint32_t>(byte);
        for (int i = 0; i < 8; ++i) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320U : crc >> 1;
    }
    return ~crc;
}

void put(Bytes& bytes, std::size_t at, std::uint32_t value, int count) {
    for (int i = 0; i < count; ++i)
        bytes[at + static_cast<std::size_t>(i)] = static_cast<std::byte>(value >> 8 * i & 0xFF);
}

void seal(Bytes& bytes) { put(bytes, 8, crc_by_bits(std::span(bytes).subspan(16)), 4); }

// Two bands of three cells; two stars in the second cell, one in the last.
Bytes small_pack() {
    Bytes bytes(32 + 7 * 8 + 3 * 6);
    std::memcpy(bytes.data(), "NSSTARS\x01", 8);
    const std::uint32_t head[] = {2, 6, 3, 6};
    for (std::size_t i = 0; i < 4; ++i) put(bytes, 16 + 4 * i, head[i], 4);
    const std::uint32_t first[] = {0, 0, 2, 2, 2, 2, 3};
    for (std::size_t i = 0; i < 7; ++i) {
        put(bytes, 32 + 8 * i, first[i], 4);
        put(bytes, 36 + 8 * i, i < 6 ? 700 | 1100 << 16 : 0, 4);
    }
    const std::uint32_t stars[3][3] = {{0, 0, 56 << 5}, {32768, 65535, 1000 << 5 | 15}, {65535, 65535, 1299 << 5 | 31}};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j) put(bytes, 88 + 6 * i + 2 * j, stars[i][j], 2);
    seal(bytes);
    return bytes;
}

std::string refusal(const Bytes& bytes) {
    try {
        const StarPack pack(bytes);
    } catch (const FormatError& e) {
        return e.what();
    }
    return "";
}

TEST(StarPack, IsReadAsItsFormSays) {
    const Bytes bytes = small_pack();
    const StarPack pack(bytes);
    ASSERT_EQ(pack.cells().size(), 6);
    EXPECT_EQ(pack.begin_of(1), 0U);
    EXPECT_EQ(pack.end_of(1), 2U);
    EXPECT_DOUBLE_EQ(pack.density_at_ten(4), 7);
    EXPECT_DOUBLE_EQ(pack.complete_to(4), 11);
    const AtlasStar bright = pack.star(1, 0);
    EXPECT_NEAR(bright.place.ra_deg, 120, 0.001);
    EXPECT_NEAR(bright.place.dec_deg, -90, 0.001);
    EXPECT_NEAR(bright.magnitude, -1.44, 1e-5);
    EXPECT_NEAR(bright.colour, -0.4, 1e-5);
    const AtlasStar last = pack.star(5, 2);
    EXPECT_NEAR(last.place.ra_deg, 360, 0.001);
    EXPECT_LT(last.place.ra_deg, 360);
    EXPECT_NEAR(last.place.dec_deg, 90, 0.001);
    EXPECT_NEAR(last.magnitude, 10.99, 1e-5);
    EXPECT_NEAR(pack.star(1, 1).colour, 0.8, 1e-5);
}

TEST(StarPack, AnyByteChangedIsNoticed) {
    const Bytes whole = small_pack();
    ASSERT_EQ(refusal(whole), "");
    for (std::size_t i = 0; i < whole.size(); ++i) {
        for (const int flip : {1, 0x80, 0xFF}) {
            Bytes bad = whole;
            bad[i] ^= static_cast<std::byte>(flip);
            EXPECT_NE(refusal(bad).find("star atlas: "), std::string::npos) << "byte " << i << " flipped by " << flip;
        }
    }
}

TEST(StarPack, AnyCutIsNoticed) {
    const Bytes whole = small_pack();
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_NE(refusal(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length))), "") << length;
    Bytes longer = whole;
    longer.push_back(std::byte{0});
    EXPECT_NE(refusal(longer), "");
}

// With a checksum that fits, as somebody would make who means harm.
TEST(StarPack, ContradictionsAreRefusedEvenWhenSealed) {
    const struct {
        std::size_t at;
        std::uint32_t value;
        const char* word;
    } cases[] = {{16, 0, "bands"},
                 {16, 4000000000U, "bands"},
                 {16, 3, "cells"},
                 {20, 7, "cells"},
                 {24, 4000000000U, "bytes"},
                 {24, 2, "bytes"},
                 {28, 8, "stars of 8 bytes"},
                 {32, 1, "out of order"},
                 {40, 3, "out of order"},
                 {80, 2, "no cell"},
                 {80, 99, "out of order"}};
    for (const auto& [at, value, word] : cases) {
        Bytes bad = small_pack();
        put(bad, at, value, 4);
        seal(bad);
        EXPECT_NE(refusal(bad).find(word), std::string::npos) << at << " " << value << ": " << refusal(bad);
    }
}

TEST(StarPack, TheOneInTheProgramIsWhole) {
    const StarPack& pack = StarPack::instance();
    EXPECT_GT(pack.size(), 900000U);
    EXPECT_LT(star_atlas_bytes().size(), 6000000U);
    double area = 0;
    for (int cell = 0; cell < pack.cells().size(); ++cell) {
        area += pack.cells()[cell].area_deg2;
        for (std::size_t i = pack.begin_of(cell) + 1; i < pack.end_of(cell); ++i)
            ASSERT_GE(pack.magnitude(i), pack.magnitude(i - 1)) << "cell " << cell;
    }
    EXPECT_NEAR(area, 41252.96, 0.01);
}

}  // namespace
}  // namespace nightstack::device
