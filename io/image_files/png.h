// SPDX-License-Identifier: MIT
// A PNG made by several threads, in a file or in memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "io/files/output_file.h"
#include "io/image_files/rows_writer.h"
#include "pipeline/core/runner.h"

namespace nightstack::io {

struct PngFormat {
    int width = 0;
    int height = 0;
    int channels = 1;           // 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha, side by side
    int bits = 8;               // 8 or 16 per sample
    std::string software = {};  // a text chunk, left out when empty; at most 1000 bytes of ASCII
    std::string xmp = {};       // a packet, left out when empty; at most 1 MiB
    void check() const;         // throws OptionError
};

// Fill the width * channels samples of row y, counted from the top. Called once for each row, from several threads at
// once.
using PngRow8 = std::function<void(int y, std::span<std::uint8_t> row)>;
using PngRow16 = std::function<void(int y, std::span<std::uint16_t> row)>;

// Appends a whole PNG to `file`; the caller publishes it. A few strips of rows are held at a time. No time is
// written: the same pixels give the same bytes, whatever the runner. Throws OptionError for formats PNG cannot hold or
// whose depth is not that of the rows, IoError, and what `row` throws.
void write_png(OutputFile& file, const PngFormat& format, const PngRow8& row, Runner& runner);
void write_png(OutputFile& file, const PngFormat& format, const PngRow16& row, Runner& runner);
// The same bytes without a file.
std::vector<std::byte> png_bytes(const PngFormat& format, const PngRow8& row, Runner& runner);

// The same bytes from rows that come one after the other, appended to `file`, which must outlive it.
std::unique_ptr<RowsWriter> png_rows_writer(OutputFile& file, const PngFormat& format);

}  // namespace nightstack::io
