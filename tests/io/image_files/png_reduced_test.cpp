// SPDX-License-Identifier: MIT
#include "io/image_files/png_reduced.h"

#include <gtest/gtest.h>

#include "io/files/file.h"
#include "io/image_files/png.h"
#include "pipeline/core/error.h"
#include "tests/io/image_files/made_tiff.h"

namespace nightstack::io {
namespace {

// Values grow along the row, colours differ.
std::string made(int width, int height, int channels, int bits) {
    const auto path = temp("reduced.png");
    OutputFile out(path, Overwrite::yes);
    SerialRunner runner;
    const auto fill = [&](int y, auto row, int scale) {
        for (std::size_t i = 0; i < row.size(); ++i)
            row[i] = static_cast<std::remove_reference_t<decltype(row[i])>>(
                scale * ((static_cast<int>(i) / channels + 10 * (static_cast<int>(i) % channels) + y) % 256));
    };
    const PngFormat format{width, height, channels, bits};
    if (bits == 8)
        write_png(out, format, PngRow8([&](int y, std::span<std::uint8_t> row) { fill(y, row, 1); }), runner);
    if (bits == 16)
        write_png(out, format, PngRow16([&](int y, std::span<std::uint16_t> row) { fill(y, row, 257); }), runner);
    out.publish();
    return read_text_file(path, 1 << 24);
}

ReducedPicture reduced(const std::string& png, int side) { return reduced_png(std::as_bytes(std::span(png)), side); }

TEST(PngReduced, KeepsSmallOnesAsTheyAre) {
    const ReducedPicture p = reduced(made(20, 10, 3, 8), 20);
    ASSERT_EQ(p.width, 20);
    ASSERT_EQ(p.height, 10);
    for (int y = 0; y < 10; ++y) {
        for (int x = 0; x < 20; ++x) {
            for (int c = 0; c < 3; ++c)
                ASSERT_EQ(p.rgb[static_cast<std::size_t>((y * 20 + x) * 3 + c)], x + 10 * c + y) << x << " " << y;
        }
    }
}

TEST(PngReduced, TakesMeansOfSquares) {
    const ReducedPicture p = reduced(made(31, 12, 3, 8), 11);  // by 3; what does not fill a square is left out
    ASSERT_EQ(p.width, 10);
    ASSERT_EQ(p.height, 4);
    ASSERT_EQ(p.rgb.size(), 120u);
    for (int y = 0; y < 4; ++y) {
        for (int x = 0; x < 10; ++x) {
            for (int c = 0; c < 3; ++c)
                ASSERT_EQ(p.rgb[static_cast<std::size_t>((y * 10 + x) * 3 + c)], 3 * x + 1 + 10 * c + 3 * y + 1);
        }
    }
}

TEST(PngReduced, SixteenBitsAndGreyAreForTheEyeToo) {
    const ReducedPicture p = reduced(made(16, 8, 1, 16), 100);
    EXPECT_EQ(p.rgb[0], 0);
    EXPECT_EQ(p.rgb[3], 1);
    EXPECT_EQ(p.rgb[3 * 15 + 2], 15);
}

TEST(PngReduced, AStripStays) {
    const ReducedPicture p = reduced(made(3000, 2, 3, 8), 100);
    EXPECT_EQ(p.width, 3000);
    EXPECT_EQ(p.height, 2);
}

TEST(PngReduced, RefusesWhatIsNoWholePicture) {
    const std::string png = made(64, 64, 3, 8);
    EXPECT_THROW(reduced("", 10), FormatError);
    EXPECT_THROW(reduced("no picture", 10), FormatError);
    EXPECT_THROW(reduced(png.substr(0, png.size() / 2), 10), FormatError);
    std::string damaged = png;
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
    EXPECT_THROW(reduced(damaged, 10), FormatError);
    // A header that promises 2^30 pixels, checksum and all.
    std::string huge = png;
    const unsigned char head[] = {0, 0, 0x80, 0, 0, 0, 0x80, 0, 8, 2, 0, 0, 0};
    std::copy(std::begin(head), std::end(head), huge.begin() + 16);
    std::uint32_t crc = 0xFFFFFFFFU;
    for (std::size_t i = 12; i < 29; ++i) {
        crc ^= static_cast<unsigned char>(huge[i]);
        for (int k = 0; k < 8; ++k) crc = (crc >> 1U) ^ (0xEDB88320U & (0U - (crc & 1U)));
    }
    crc = ~crc;
    for (std::size_t k = 0; k < 4; ++k) huge[29 + k] = static_cast<char>(crc >> (24U - 8U * k));
    EXPECT_THROW(reduced(huge, 10), FormatError);
}

}  // namespace
}  // namespace nightstack::io
