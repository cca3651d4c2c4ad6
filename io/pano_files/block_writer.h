// SPDX-License-Identifier: MIT
// Pictures of any size into files, block after block in any order.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "io/image_files/picture_rows.h"
#include "io/image_files/rows_writer.h"
#include "pipeline/core/geometry.h"

namespace nightstack::io {

struct BlockGrid {
    int width = 0;  // of the picture
    int height = 0;
    int block = 256;   // side of a block; those at the right and the bottom are what is left
    int channels = 3;  // 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha (not multiplied into the colours)
    RowSample sample = RowSample::u8;

    int across() const { return (width + block - 1) / block; }
    int down() const { return (height + block - 1) / block; }
    Rect place(int column, int row) const;
    std::size_t pixel_bytes() const;
    std::size_t bytes(const Rect& place) const;  // of its samples
    bool alpha() const { return channels % 2 == 0; }
};

class BlockWriter {
public:
    virtual ~BlockWriter() = default;
    virtual const BlockGrid& grid() const = 0;
    // The samples of a block, rows top-down without gaps, samples of a pixel side by side as the machine has them.
    // From several threads at once, in any order, each block at most once. Throws IoError, OptionError when the span
    // is of another size or the block lies outside.
    virtual void write_block(int column, int row, std::span<const std::byte> samples) = 0;
    // After the last block, one thread.
    virtual void finish() = 0;
};

// Rows into its blocks: one row of blocks is held. `blocks` must outlive it; finish() finishes both.
std::unique_ptr<RowsWriter> rows_into_blocks(BlockWriter& blocks);

}  // namespace nightstack::io
