// SPDX-License-Identifier: MIT
#include "io/image_files/tiff_layout.h"

#include <tiffio.h>

#include <algorithm>
#include <string>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::uint32_t kLargestAxis = 16'384;
constexpr std::uint64_t kLargestPicture = std::uint64_t{1} << 30;
// Deflate makes at most 1032 bytes out of one, LZW fewer than 4096: more is a bomb or a lie.
constexpr std::uint64_t kLargestExpansion = 4096;

[[noreturn]] void refuse(TiffHandle& handle, const std::string& what) { throw FormatError(handle.problem(what)); }

std::uint16_t short_tag(TIFF* tiff, std::uint32_t tag, std::uint16_t otherwise) {
    std::uint16_t value = otherwise;
    return TIFFGetFieldDefaulted(tiff, tag, &value) == 1 ? value : otherwise;
}

std::uint32_t long_tag(TIFF* tiff, std::uint32_t tag, std::uint32_t otherwise) {
    std::uint32_t value = otherwise;
    return TIFFGetField(tiff, tag, &value) == 1 ? value : otherwise;
}

void read_size(TiffLayout& out, TiffHandle& handle) {
    const std::uint32_t width = long_tag(handle.get(), TIFFTAG_IMAGEWIDTH, 0);
    const std::uint32_t height = long_tag(handle.get(), TIFFTAG_IMAGELENGTH, 0);
    if (width < 1 || height < 1 || width > kLargestAxis || height > kLargestAxis)
        refuse(handle, "size " + std::to_string(width) + "x" + std::to_string(height) + "; 1 to " +
                           std::to_string(kLargestAxis) + " a side can be read");
    if (long_tag(handle.get(), TIFFTAG_IMAGEDEPTH, 1) != 1) refuse(handle, "a volume, not a picture");
    out.width = static_cast<int>(width);
    out.height = static_cast<int>(height);
}

void read_sample_type(TiffLayout& out, TiffHandle& handle) {
    const int bits = short_tag(handle.get(), TIFFTAG_BITSPERSAMPLE, 1);
    const int format = short_tag(handle.get(), TIFFTAG_SAMPLEFORMAT, SAMPLEFORMAT_UINT);
    const bool is_unsigned = format == SAMPLEFORMAT_UINT || format == SAMPLEFORMAT_VOID;
    if (bits == 8 && is_unsigned) {
        out.type = SampleType::u8;
    } else if (bits == 16 && is_unsigned) {
        out.type = SampleType::u16;
    } else if (bits == 16 && format == SAMPLEFORMAT_INT) {
        out.type = SampleType::i16;
    } else if (bits == 32 && format == SAMPLEFORMAT_IEEEFP) {
        out.type = SampleType::f32;
    } else {
        refuse(handle, std::to_string(bits) + "-bit samples of format " + std::to_string(format) +
                           "; 8 and 16-bit integers and 32-bit floats can be read");
    }
    if (short_tag(handle.get(), TIFFTAG_FILLORDER, FILLORDER_MSB2LSB) != FILLORDER_MSB2LSB)
        refuse(handle, "reversed bit order");
}

// OpenCV and others write one channel more than the kind has, and do not say what it is.
bool is_untold_alpha(int photometric, int samples) {
    return (photometric == PHOTOMETRIC_RGB && samples == 4) || (photometric == PHOTOMETRIC_MINISBLACK && samples == 2);
}

void read_channels(TiffLayout& out, TiffHandle& handle) {
    TIFF* tiff = handle.get();
    const int samples = short_tag(tiff, TIFFTAG_SAMPLESPERPIXEL, 1);
    std::uint16_t extra = 0;
    std::uint16_t* extra_types = nullptr;
    if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &extra, &extra_types) != 1) extra = 0;
    const int photometric = short_tag(tiff, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISBLACK);
    if (extra == 0 && is_untold_alpha(photometric, samples)) extra = 1;
    out.colours = samples - extra;
    const bool gray = (photometric == PHOTOMETRIC_MINISBLACK || photometric == PHOTOMETRIC_CFA) && out.colours == 1;
    const bool rgb = photometric == PHOTOMETRIC_RGB && out.colours == 3;
    if (samples > 8 || (!gray && !rgb))
        refuse(handle, std::to_string(samples) + " channels of photometric kind " + std::to_string(photometric) +
                           "; gray and RGB can be read");
    const int planar = short_tag(tiff, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    out.separate_planes = planar == PLANARCONFIG_SEPARATE && samples > 1;
    out.samples = out.separate_planes ? 1 : samples;
}

void read_alpha(TiffLayout& out, TIFF* tiff) {
    std::uint16_t extra = 0;
    std::uint16_t* types = nullptr;
    if (TIFFGetField(tiff, TIFFTAG_EXTRASAMPLES, &extra, &types) != 1 || extra < 1 || types == nullptr) {
        const bool more = short_tag(tiff, TIFFTAG_SAMPLESPERPIXEL, 1) > out.colours;
        out.alpha = more ? out.colours : -1;
        return;
    }
    if (types[0] != EXTRASAMPLE_ASSOCALPHA && types[0] != EXTRASAMPLE_UNASSALPHA) return;
    out.alpha = out.colours;
    out.premultiplied = types[0] == EXTRASAMPLE_ASSOCALPHA;
}

// TIFF/EP: two by two codes, 0 red, 1 green, 2 blue. Anything else is no pattern of ours.
std::optional<CfaPattern> pattern_by_tag(TIFF* tiff) {
    std::uint16_t* dimensions = nullptr;
    std::uint16_t count = 0;
    std::uint8_t* codes = nullptr;
    if (TIFFGetField(tiff, TIFFTAG_CFAREPEATPATTERNDIM, &dimensions) != 1 || dimensions == nullptr) return std::nullopt;
    if (dimensions[0] != 2 || dimensions[1] != 2) return std::nullopt;
    if (TIFFGetField(tiff, TIFFTAG_CFAPATTERN, &count, &codes) != 1 || count != 4 || codes == nullptr)
        return std::nullopt;
    std::string letters;
    for (int i = 0; i < 4; ++i) letters += codes[i] < 3 ? "RGB"[codes[i]] : '?';
    return parse_cfa_pattern(letters);
}

void read_blocks(TiffLayout& out, TiffHandle& handle) {
    TIFF* tiff = handle.get();
    out.tiled = TIFFIsTiled(tiff) != 0;
    std::uint32_t width = static_cast<std::uint32_t>(out.width);
    std::uint32_t height = 0;
    if (out.tiled) {
        width = long_tag(tiff, TIFFTAG_TILEWIDTH, 0);
        height = long_tag(tiff, TIFFTAG_TILELENGTH, 0);
    } else {
        std::uint32_t rows = 0;
        if (TIFFGetFieldDefaulted(tiff, TIFFTAG_ROWSPERSTRIP, &rows) != 1) rows = 0;
        height = std::min(rows, static_cast<std::uint32_t>(out.height));
    }
    if (width < 1 || height < 1 || width > kLargestAxis || height > kLargestAxis)
        refuse(handle, "blocks of " + std::to_string(width) + "x" + std::to_string(height) + " pixels");
    out.block_width = static_cast<int>(width);
    out.block_height = static_cast<int>(height);
}

void read_offsets(TiffLayout& out, TiffHandle& handle, std::uint64_t file_size) {
    TIFF* tiff = handle.get();
    const int planes = out.separate_planes ? short_tag(tiff, TIFFTAG_SAMPLESPERPIXEL, 1) : 1;
    const std::size_t needed = static_cast<std::size_t>(out.blocks_across()) *
                               static_cast<std::size_t>(out.blocks_down()) * static_cast<std::size_t>(planes);
    const std::uint32_t present = out.tiled ? TIFFNumberOfTiles(tiff) : TIFFNumberOfStrips(tiff);
    if (present < needed)
        refuse(handle, std::to_string(present) + " blocks of pixels, " + std::to_string(needed) + " needed");
    out.offsets.resize(needed);
    for (std::size_t i = 0; i < needed; ++i) {
        const auto block = static_cast<std::uint32_t>(i);
        const std::uint64_t offset = TIFFGetStrileOffset(tiff, block);
        const int block_row = static_cast<int>(i) / out.blocks_across() % out.blocks_down();
        const std::uint64_t pixels = static_cast<std::uint64_t>(out.rows_of(block_row)) * out.row_bytes();
        const std::uint64_t stored = out.compressed ? TIFFGetStrileByteCount(tiff, block) : pixels;
        if (offset == 0 || offset > file_size || stored > file_size - offset)
            refuse(handle, "block " + std::to_string(i) + " of " + std::to_string(needed) + " ends beyond the file's " +
                               std::to_string(file_size) + " bytes (cut off?)");
        if (out.compressed && pixels > stored * kLargestExpansion)
            refuse(handle, std::to_string(stored) + " bytes cannot hold the " + std::to_string(pixels) + " of block " +
                               std::to_string(i));
        out.offsets[i] = offset;
    }
}

}  // namespace

std::size_t TiffLayout::sample_bytes() const {
    switch (type) {
        case SampleType::u8: return 1;
        case SampleType::u16:
        case SampleType::i16: return 2;
        case SampleType::f32: return 4;
    }
    return 0;
}

int TiffLayout::rows_of(int block_row) const {
    return tiled ? block_height : std::min(block_height, height - block_row * block_height);
}

std::size_t TiffLayout::block_index(int block_x, int block_y, int plane) const {
    const int row = (separate_planes ? plane * blocks_down() : 0) + block_y;
    return static_cast<std::size_t>(row) * static_cast<std::size_t>(blocks_across()) +
           static_cast<std::size_t>(block_x);
}

TiffLayout read_layout(TiffHandle& handle, const ReopenableFile& file) {
    TiffLayout out;
    read_size(out, handle);
    read_sample_type(out, handle);
    read_channels(out, handle);
    read_alpha(out, handle.get());
    const int orientation = short_tag(handle.get(), TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
    out.orientation = orientation >= 1 && orientation <= 8 ? orientation : 1;
    const int compression = short_tag(handle.get(), TIFFTAG_COMPRESSION, COMPRESSION_NONE);
    if (compression != COMPRESSION_NONE && compression != COMPRESSION_LZW && compression != COMPRESSION_DEFLATE &&
        compression != COMPRESSION_ADOBE_DEFLATE)
        refuse(handle, "compression " + std::to_string(compression) + "; none, LZW and deflate can be read");
    out.compressed = compression != COMPRESSION_NONE;
    out.other_byte_order = TIFFIsByteSwapped(handle.get()) != 0;
    const std::uint64_t bytes = static_cast<std::uint64_t>(out.width) * static_cast<std::uint64_t>(out.height) *
                                out.sample_bytes() * static_cast<std::uint64_t>(out.colours);
    if (bytes > kLargestPicture) refuse(handle, std::to_string(bytes) + " bytes of samples; at most 1 GiB can be read");
    read_blocks(out, handle);
    read_offsets(out, handle, file.size());
    if (out.colours == 1) out.cfa = pattern_by_tag(handle.get());
    return out;
}

}  // namespace nightstack::io
