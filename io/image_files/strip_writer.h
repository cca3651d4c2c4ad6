// SPDX-License-Identifier: MIT
// Rows gathered into strips that are encoded in parallel and put into the file in order. Internal to this folder.
#pragma once

#include <cstdint>
#include <vector>

#include "io/image_files/rows_writer.h"

namespace nightstack::io {

struct EncodedStrip {
    std::vector<std::uint8_t> bytes;
    std::uint32_t sum = 0;   // of what was compressed, where the format has one
    std::size_t summed = 0;  // its bytes
};

class StripWriter : public RowsWriter {
public:
    void append(std::span<const std::byte> rows, int count, Runner& runner) final;
    void finish(Runner& runner) final;

protected:
    StripWriter(const char* kind, int height, std::size_t row_bytes, int strip_rows);
    int strips() const { return (height_ + strip_rows_ - 1) / strip_rows_; }
    // From several threads at once. All strips but the last have `strip_rows` rows.
    virtual EncodedStrip encoded(int strip, const std::byte* rows, int count) const = 0;
    virtual void put(int strip, const EncodedStrip& encoded) = 0;  // in order
    virtual void end() = 0;

private:
    void encode(const std::byte* rows, int count, Runner& runner);
    const char* kind_;
    int height_;
    std::size_t row_bytes_;
    int strip_rows_;
    int given_ = 0;  // rows
    int put_ = 0;    // strips
    std::vector<std::byte> waiting_;
};

}  // namespace nightstack::io
