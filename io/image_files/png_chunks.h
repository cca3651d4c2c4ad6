// SPDX-License-Identifier: MIT
// The pieces a PNG is made of (PNG specification, W3C, third edition, 5 and 11; the stream in IDAT: RFC 1950).
// Internal to this folder.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "io/image_files/png.h"

namespace nightstack::io {

using PngBytes = std::vector<std::uint8_t>;

inline constexpr std::size_t kPngStripBytes = std::size_t{256} << 10;

std::size_t png_row_samples(const PngFormat& format);
int png_strip_rows(const PngFormat& format);

// A chunk is begun, gets its content, and is ended.
PngBytes begun_chunk(std::string_view type);
void end_chunk(PngBytes& chunk);

PngBytes png_head(const PngFormat& format);  // all before the pixels
PngBytes png_tail(std::uint32_t adler);      // all behind them
void put_samples(std::uint8_t* out, std::span<const std::uint8_t> row);
void put_samples(std::uint8_t* out, std::span<const std::uint16_t> row);  // the high byte first

// Rows of bytes as they stand in the file, each appended to the strip filtered: less the pixel to the left.
void append_filtered(PngBytes& strip, std::span<const std::uint8_t> row, std::size_t pixel_bytes);

// The IDAT chunk of a strip, and the Adler sum of what is in it.
struct PngStrip {
    PngBytes chunk;
    std::uint32_t adler = 0;
    std::size_t bytes = 0;
};
PngStrip png_strip(const PngBytes& filtered, bool first, bool last);
std::uint32_t joined_adler(std::uint32_t before, const PngStrip& strip);
std::uint32_t joined_adler(std::uint32_t before, std::uint32_t adler, std::size_t bytes);

}  // namespace nightstack::io
