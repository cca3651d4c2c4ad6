// SPDX-License-Identifier: MIT
// The pixels of a picture file, row by row from the first one stored, decoded once: what frames (jpeg.h, png_reader.h)
// and tiles of panoramas (io/tiles) are made of.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

#include "io/files/scratch_store.h"
#include "io/image_files/exif_reader.h"

namespace nightstack::io {

enum class RowSample { u8, u16, f32 };  // as the machine has them

enum class RowAlpha {
    none,
    plain,          // says nothing about the colours
    premultiplied,  // colours were multiplied by it, as stored
};

struct RowsShape {
    int width = 0;
    int height = 0;
    int colours = 1;  // 1 or 3
    RowAlpha alpha = RowAlpha::none;
    RowSample sample = RowSample::u8;

    int samples() const { return colours + (alpha == RowAlpha::none ? 0 : 1); }  // of a pixel, alpha last
    std::size_t sample_bytes() const { return sample == RowSample::u8 ? 1 : sample == RowSample::u16 ? 2 : 4; }
    std::size_t pixel_bytes() const { return static_cast<std::size_t>(samples()) * sample_bytes(); }
    std::size_t row_bytes() const { return static_cast<std::size_t>(width) * pixel_bytes(); }
};

// One thread at a time.
class PictureRows {
public:
    virtual ~PictureRows() = default;
    const RowsShape& shape() const { return shape_; }
    const ExifRead& exif() const { return exif_; }
    // The next rows, samples of a pixel side by side; `out` has count * row_bytes() bytes. Never beyond the last row.
    // Throws IoError, DamagedError.
    virtual void next(int count, std::span<std::byte> out) = 0;
    // After the last row: DamagedError when the file does not end as it should.
    virtual void finish() {}

protected:
    RowsShape shape_;
    ExifRead exif_;
};

// As open_jpeg, open_png and open_tiff say, whose limits hold here. All throw IoError, FormatError, DamagedError.
// Held: the whole file, and of progressive ones 2 bytes for each sample.
std::unique_ptr<PictureRows> open_jpeg_rows(const std::filesystem::path& path);
// Held: nothing but rows; interlaced ones are decoded into the store first. Without `with_alpha` alpha is left out.
std::unique_ptr<PictureRows> open_png_rows(const std::filesystem::path& path, bool with_alpha, ScratchStore& store);
// 8 and 16 bits unsigned, 32-bit float; any orientation; the first channel beyond the colours is alpha where the file
// says so or is silent; of Exif's facts a BigTIFF gives its orientation alone. Held: one row of blocks, at most 256 MiB.
std::unique_ptr<PictureRows> open_tiff_rows(const std::filesystem::path& path);

}  // namespace nightstack::io
