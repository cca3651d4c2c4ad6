// SPDX-License-Identifier: MIT
#include "io/chunks/byte_order.h"

#include <gtest/gtest.h>

#include <limits>
#include <string_view>

#include "io/files/crc32c.h"

namespace nightstack::io {
namespace {

std::vector<int> numbers(std::span<const std::byte> bytes) {
    std::vector<int> out;
    for (const std::byte b : bytes) out.push_back(std::to_integer<int>(b));
    return out;
}

TEST(ByteOrder, IsLittleEndianWhateverTheMachine) {
    ByteWriter out;
    out.put(std::uint32_t{0x01020304});
    out.put(std::int16_t{-2});
    out.put(1.0);
    EXPECT_EQ(numbers(out.bytes()), (std::vector<int>{4, 3, 2, 1, 0xFE, 0xFF, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F}));
}

TEST(ByteOrder, FieldsStandByBytes) {
    const std::vector<std::uint16_t> field{0x0102, 0x0304, 0x0506};
    ByteWriter out;
    out.put_field(std::span(field));
    EXPECT_EQ(numbers(out.bytes()), (std::vector<int>{2, 4, 6, 1, 3, 5}));
}

TEST(ByteOrder, WhatWasWrittenIsRead) {
    const std::vector<std::int64_t> wide{-1, 0, std::numeric_limits<std::int64_t>::min(), 123456789012345};
    const std::vector<std::uint8_t> narrow{0, 1, 255};
    ByteWriter out;
    out.put(-1.5);
    out.put_field(std::span(wide));
    out.put_field(std::span(narrow));
    out.put(std::int32_t{-7});
    ByteReader in(out.bytes());
    std::vector<std::int64_t> wide_again(wide.size());
    std::vector<std::uint8_t> narrow_again(narrow.size());
    EXPECT_EQ(in.next<double>(), -1.5);
    in.next_field(std::span(wide_again));
    in.next_field(std::span(narrow_again));
    EXPECT_EQ(in.next<std::int32_t>(), -7);
    EXPECT_EQ(wide_again, wide);
    EXPECT_EQ(narrow_again, narrow);
    EXPECT_EQ(in.left(), 0U);
    EXPECT_THROW(in.next<std::uint8_t>(), DamagedError);
}

std::uint32_t sum_of(std::string_view text) { return crc32c(std::as_bytes(std::span(text))); }

TEST(Crc32c, AgreesWithPublishedValues) {
    EXPECT_EQ(sum_of("123456789"), 0xE3069283U);
    EXPECT_EQ(sum_of(std::string(32, '\0')), 0x8A9136AAU);  // RFC 3720, B.4
    EXPECT_EQ(sum_of(std::string(32, '\xFF')), 0x62A8AB43U);
    EXPECT_EQ(sum_of(""), 0U);
}

TEST(Crc32c, GoesOnInPieces) {
    const std::string text = "The stack that grows with the night, 0123456789";
    const auto bytes = std::as_bytes(std::span(text));
    for (std::size_t cut = 0; cut <= text.size(); ++cut)
        EXPECT_EQ(crc32c(bytes.subspan(cut), crc32c(bytes.first(cut))), crc32c(bytes)) << cut;
}

}  // namespace
}  // namespace nightstack::io
