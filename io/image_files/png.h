// SPDX-License-Identifier: MIT
// A PNG written row by row.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "io/files/output_file.h"

namespace nightstack::io {

struct PngFormat {
    int width = 0;
    int height = 0;
    int channels = 1;    // 1 gray, 3 RGB interleaved
    int bits = 8;        // 8 or 16 per sample
    void check() const;  // throws OptionError
};

// Appends to `file`, which must outlive it; the caller publishes the file after `finish()`. Rows
// come from the top. No time, no text is written: the same pixels give the same bytes. One thread.
class PngWriter {
public:
    // Throws OptionError for formats PNG cannot hold, IoError.
    PngWriter(OutputFile& file, const PngFormat& format);
    ~PngWriter();
    PngWriter(const PngWriter&) = delete;
    PngWriter& operator=(const PngWriter&) = delete;

    // `row` holds width * channels samples and must have the format's depth, else OptionError.
    void write_row(std::span<const std::uint8_t> row);
    void write_row(std::span<const std::uint16_t> row);
    // Throws OptionError unless every row has been written.
    void finish();

private:
    struct State;
    void write_bytes(const unsigned char* row);
    std::unique_ptr<State> state_;
};

}  // namespace nightstack::io
