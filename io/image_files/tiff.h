// SPDX-License-Identifier: MIT
// TIFF: reading raw frames (a DWARF writes 16-bit TIFF when asked to), writing stacks.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "io/files/frame_file.h"
#include "io/files/output_file.h"
#include "pipeline/core/cfa.h"
#include "pipeline/core/image.h"

namespace nightstack::io {

class BlockCache;

struct TiffReadOptions {
    // Pattern of a one-channel file, seen from the top row as it is presented. A TIFF seldom says;
    // without a word from either the frame is mono.
    std::optional<CfaPattern> cfa;
    // Where decoded blocks of compressed files are kept, shared with other files; unset: one of 32 MB for this file.
    BlockCache* blocks = nullptr;
};

// The first picture of the file: gray or RGB (a further alpha channel is left out), 8 or 16-bit
// unsigned, 16-bit signed or 32-bit float; strips or tiles; not compressed, LZW or deflate. At most
// 16384 pixels a side and 1 GiB of samples. Values come as stored. Everything but the compressed
// pixels is checked here: throws IoError, FormatError. Reading compressed pixels takes a lock.
std::unique_ptr<FrameFile> open_tiff(const std::filesystem::path& path, const TiffReadOptions& options = {});

enum class TiffSample { uint16, float32 };

struct TiffWriteFormat {
    int width = 0;
    int height = 0;
    int channels = 1;  // 1 gray, 3 RGB
    TiffSample sample = TiffSample::float32;
    std::string software = {};  // tag 305, left out when empty
    void check() const;         // throws OptionError: sizes, and files beyond 4 GiB
};

// Not compressed, channels interleaved, every row at its final place: rows may come in any order
// and from several threads. `file` must outlive it; the caller publishes it after `finish()`.
class TiffWriter {
public:
    // Writes the directory and reserves the space. Throws OptionError, IoError.
    TiffWriter(OutputFile& file, const TiffWriteFormat& format);

    // Rows y .. y + planes[0].height() - 1, one view per channel, all of the full width. Each row
    // exactly once. Throws OptionError when sizes or sample type do not fit.
    void write_rows(int y, std::span<const ImageView<const float>> planes);
    void write_rows(int y, std::span<const ImageView<const std::uint16_t>> planes);
    void finish();  // throws OptionError when rows are missing

private:
    template <class T>
    void interleave(int y, std::span<const ImageView<const T>> planes, TiffSample sample);
    OutputFile& file_;
    TiffWriteFormat format_;
    std::uint64_t data_offset_ = 0;
    std::atomic<int> rows_written_{0};
};

}  // namespace nightstack::io
