// SPDX-License-Identifier: MIT
// Where the samples of a TIFF lie, checked against every limit before a pixel is touched.
// Internal to this folder.
#pragma once

#include <cstdint>
#include <vector>

#include "io/image_files/tiff_handle.h"
#include "pipeline/core/frame.h"

namespace nightstack::io {

enum class SampleType { u8, u16, i16, f32 };

// A block is a strip (as wide as the picture) or a tile. With separate planes the blocks of plane
// 0 come first, then those of plane 1 ...
struct TiffLayout {
    int width = 0;
    int height = 0;
    int samples = 1;  // per pixel in a block: all channels, or 1 with separate planes
    int colours = 1;  // 1 or 3 of them are ours
    SampleType type = SampleType::u16;
    bool separate_planes = false;
    bool tiled = false;
    bool compressed = false;
    bool other_byte_order = false;  // of samples read past libtiff
    int orientation = 1;            // as Exif has it
    int alpha = -1;                 // the channel that may be taken for it, if any
    bool premultiplied = false;
    int block_width = 0;
    int block_height = 0;
    std::vector<std::uint64_t> offsets;  // of every block in the file
    std::optional<CfaPattern> cfa;       // by tag, as stored

    bool bottom_up() const { return orientation == 4; }
    std::size_t sample_bytes() const;
    std::size_t pixel_bytes() const { return sample_bytes() * static_cast<std::size_t>(samples); }
    std::size_t row_bytes() const { return pixel_bytes() * static_cast<std::size_t>(block_width); }
    int blocks_across() const { return (width + block_width - 1) / block_width; }
    int blocks_down() const { return (height + block_height - 1) / block_height; }
    int rows_of(int block_row) const;  // the last strip may be shorter; tiles are whole
    std::size_t block_index(int block_x, int block_y, int plane) const;
};

// Throws FormatError naming the tag that cannot be honoured, or the byte where the file ends.
TiffLayout read_layout(TiffHandle& handle, const ReopenableFile& file);

}  // namespace nightstack::io
