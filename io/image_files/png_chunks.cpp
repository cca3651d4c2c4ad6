// SPDX-License-Identifier: MIT
#include "io/image_files/png_chunks.h"

#include <zlib.h>

#include <algorithm>
#include <string>

#include "io/image_files/deflate.h"

namespace nightstack::io {
namespace {

constexpr std::uint8_t kFilterSub = 1;  // each byte less that of the pixel to the left

void put_u32(PngBytes& out, std::uint32_t value) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) out.push_back(static_cast<std::uint8_t>(value >> shift));
}

std::uint32_t crc_of(std::span<const std::uint8_t> bytes) {
    return static_cast<std::uint32_t>(::crc32_z(::crc32_z(0, nullptr, 0), bytes.data(), bytes.size()));
}

void append(PngBytes& out, const PngBytes& more) { out.insert(out.end(), more.begin(), more.end()); }

PngBytes text_chunk(std::string_view type, const std::string& content) {
    PngBytes chunk = begun_chunk(type);
    for (const char c : content) chunk.push_back(static_cast<std::uint8_t>(c));
    end_chunk(chunk);
    return chunk;
}

// Keyword, zero, text (specification 11.3.3.2).
PngBytes software_chunk(const std::string& software) {
    return text_chunk("tEXt", std::string("Software") + '\0' + software);
}

// Keyword, not compressed, no language, no translated keyword, text (11.3.3.4; the keyword: XMP part 3, 1.1.5).
PngBytes xmp_chunk(const std::string& xmp) {
    return text_chunk("iTXt", std::string("XML:com.adobe.xmp") + std::string(5, '\0') + xmp);
}

std::uint8_t colour_type(int channels) {
    constexpr std::uint8_t kTypes[] = {0, 0, 4, 2, 6};
    return kTypes[channels];
}

}  // namespace

std::size_t png_row_samples(const PngFormat& format) {
    return static_cast<std::size_t>(format.width) * static_cast<std::size_t>(format.channels);
}

int png_strip_rows(const PngFormat& format) {
    const std::size_t row = png_row_samples(format) * static_cast<std::size_t>(format.bits / 8);
    return static_cast<int>(std::max<std::size_t>(1, kPngStripBytes / row));
}

PngBytes begun_chunk(std::string_view type) {
    PngBytes chunk(4 + type.size());  // the length, later
    std::copy(type.begin(), type.end(), chunk.begin() + 4);
    return chunk;
}

void end_chunk(PngBytes& chunk) {
    const auto length = static_cast<std::uint32_t>(chunk.size() - 8);
    for (std::size_t i = 0; i < 4; ++i) chunk[i] = static_cast<std::uint8_t>(length >> (24 - 8 * i));
    put_u32(chunk, crc_of(std::span(chunk).subspan(4)));
}

PngBytes png_head(const PngFormat& format) {
    PngBytes out = begun_chunk("IHDR");
    put_u32(out, static_cast<std::uint32_t>(format.width));
    put_u32(out, static_cast<std::uint32_t>(format.height));
    out.insert(out.end(), {static_cast<std::uint8_t>(format.bits), colour_type(format.channels), 0, 0, 0});
    end_chunk(out);
    constexpr std::uint8_t kSignature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    out.insert(out.begin(), std::begin(kSignature), std::end(kSignature));
    if (!format.software.empty()) append(out, software_chunk(format.software));
    if (!format.xmp.empty()) append(out, xmp_chunk(format.xmp));
    return out;
}

PngBytes png_tail(std::uint32_t adler) {
    PngBytes out = begun_chunk("IDAT");
    put_u32(out, adler);
    end_chunk(out);
    PngBytes end = begun_chunk("IEND");
    end_chunk(end);
    append(out, end);
    return out;
}

void put_samples(std::uint8_t* out, std::span<const std::uint8_t> row) { std::copy(row.begin(), row.end(), out); }

void put_samples(std::uint8_t* out, std::span<const std::uint16_t> row) {
    for (const std::uint16_t sample : row) {
        *out++ = static_cast<std::uint8_t>(sample >> 8U);
        *out++ = static_cast<std::uint8_t>(sample);
    }
}

void append_filtered(PngBytes& strip, std::span<const std::uint8_t> row, std::size_t pixel_bytes) {
    strip.push_back(kFilterSub);
    strip.resize(strip.size() + row.size());
    std::uint8_t* out = strip.data() + (strip.size() - row.size());
    std::copy_n(row.data(), pixel_bytes, out);
    for (std::size_t i = pixel_bytes; i < row.size(); ++i)
        out[i] = static_cast<std::uint8_t>(row[i] - row[i - pixel_bytes]);
}

PngStrip png_strip(const PngBytes& filtered, bool first, bool last) {
    const uLong adler = ::adler32_z(1, filtered.data(), filtered.size());
    PngStrip strip{begun_chunk("IDAT"), static_cast<std::uint32_t>(adler), filtered.size()};
    if (first) strip.chunk.insert(strip.chunk.end(), {0x78, 0x01});  // zlib's head: 32 KB window, quickest
    deflate_piece(strip.chunk, filtered, last);
    end_chunk(strip.chunk);
    return strip;
}

std::uint32_t joined_adler(std::uint32_t before, std::uint32_t adler, std::size_t bytes) {
    return static_cast<std::uint32_t>(::adler32_combine(before, adler, static_cast<z_off_t>(bytes)));
}

std::uint32_t joined_adler(std::uint32_t before, const PngStrip& strip) {
    return joined_adler(before, strip.adler, strip.bytes);
}

}  // namespace nightstack::io
