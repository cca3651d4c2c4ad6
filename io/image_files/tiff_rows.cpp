// SPDX-License-Identifier: MIT
// Plain strips are read past libtiff, whose way would be to hold a whole one: many programs write a picture as one
// strip.
#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "io/image_files/picture_rows.h"
#include "io/image_files/tiff_handle.h"

#include <tiffio.h>
#include "io/image_files/tiff_layout.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kLargestBlockRow = std::size_t{256} << 20;

RowSample sample_of(TiffHandle& handle, SampleType type) {
    switch (type) {
        case SampleType::u8: return RowSample::u8;
        case SampleType::u16: return RowSample::u16;
        case SampleType::f32: return RowSample::f32;
        case SampleType::i16: break;
    }
    throw FormatError(handle.problem("signed samples, which no picture has"));
}

void turn_bytes(std::span<std::byte> samples, std::size_t size) {
    for (std::size_t i = 0; size > 1 && i < samples.size(); i += size)
        std::reverse(samples.begin() + static_cast<std::ptrdiff_t>(i),
                     samples.begin() + static_cast<std::ptrdiff_t>(i + size));
}

ExifRead exif_in(const ReopenableFile& file) {
    return read_exif([&file](std::uint64_t offset, std::span<std::byte> out) {
        if (offset > file.size() || out.size() > file.size() - offset) return false;
        file.read_at(out, offset);
        return true;
    });
}

class TiffRows final : public PictureRows {
public:
    explicit TiffRows(const std::filesystem::path& path)
        : file_(path), handle_(file_), layout_(read_layout(handle_, file_)) {
        shape_.width = layout_.width;
        shape_.height = layout_.height;
        shape_.colours = layout_.colours;
        shape_.sample = sample_of(handle_, layout_.type);
        if (layout_.alpha >= 0) shape_.alpha = layout_.premultiplied ? RowAlpha::premultiplied : RowAlpha::plain;
        exif_ = exif_in(file_);
        exif_.orientation = layout_.orientation;
        plain_ = !layout_.compressed && !layout_.tiled && !layout_.separate_planes;
        if (plain_) return;
        const std::size_t held = static_cast<std::size_t>(layout_.block_height) * shape_.row_bytes();
        if (held > kLargestBlockRow || block_bytes() > kLargestBlockRow)
            throw FormatError(handle_.problem(std::to_string(std::max(held, block_bytes())) +
                                              " bytes of samples in one row of blocks; at most 256 MiB can be held"));
        rows_.resize(held);
        block_.resize(block_bytes());
    }

    void next(int count, std::span<std::byte> out) override {
        for (int i = 0; i < count; ++i, ++y_) {
            const std::span<std::byte> row =
                out.subspan(static_cast<std::size_t>(i) * shape_.row_bytes(), shape_.row_bytes());
            if (plain_) {
                read_plain(row);
                continue;
            }
            if (y_ % layout_.block_height == 0) decode(y_ / layout_.block_height);
            const std::size_t at = static_cast<std::size_t>(y_ % layout_.block_height) * shape_.row_bytes();
            std::copy_n(rows_.begin() + static_cast<std::ptrdiff_t>(at), row.size(), row.begin());
        }
    }

private:
    std::size_t block_bytes() const { return layout_.row_bytes() * static_cast<std::size_t>(layout_.block_height); }

    // `samples` side by side become ours, which are the first of them.
    void keep_ours(std::byte* to, const std::byte* from, int pixels, std::size_t from_step, std::size_t bytes) const {
        for (int x = 0; x < pixels; ++x)
            std::memcpy(to + static_cast<std::size_t>(x) * shape_.pixel_bytes(),
                        from + static_cast<std::size_t>(x) * from_step, bytes);
    }

    void read_plain(std::span<std::byte> row) {
        const int strip = y_ / layout_.block_height;
        const std::uint64_t at = layout_.offsets[layout_.block_index(0, strip, 0)] +
                                 static_cast<std::uint64_t>(y_ % layout_.block_height) * layout_.row_bytes();
        if (layout_.pixel_bytes() == shape_.pixel_bytes()) {
            file_.read_at(row, at);
        } else {
            block_.resize(layout_.row_bytes());
            file_.read_at(block_, at);
            keep_ours(row.data(), block_.data(), shape_.width, layout_.pixel_bytes(), shape_.pixel_bytes());
        }
        if (layout_.other_byte_order) turn_bytes(row, shape_.sample_bytes());
    }

    void decode(int block_row) {
        const int planes = layout_.separate_planes ? shape_.samples() : 1;
        for (int plane = 0; plane < planes; ++plane) {
            for (int i = 0; i < layout_.blocks_across(); ++i) decode_block(i, block_row, plane);
        }
    }

    void decode_block(int i, int block_row, int plane) {
        const auto number = static_cast<std::uint32_t>(layout_.block_index(i, block_row, plane));
        const int rows = layout_.rows_of(block_row);
        const auto size = static_cast<tmsize_t>(static_cast<std::size_t>(rows) * layout_.row_bytes());
        const tmsize_t got = layout_.tiled ? TIFFReadEncodedTile(handle_.get(), number, block_.data(), size)
                                           : TIFFReadEncodedStrip(handle_.get(), number, block_.data(), size);
        if (got != size) throw DamagedError(handle_.problem("cannot decode block " + std::to_string(number)));
        const int left = i * layout_.block_width;
        const int pixels = std::min(layout_.block_width, shape_.width - left);
        const std::size_t bytes = layout_.separate_planes ? shape_.sample_bytes() : shape_.pixel_bytes();
        std::byte* to = rows_.data() + static_cast<std::size_t>(left) * shape_.pixel_bytes() +
                        static_cast<std::size_t>(plane) * shape_.sample_bytes();
        for (int y = 0; y < rows; ++y)
            keep_ours(to + static_cast<std::size_t>(y) * shape_.row_bytes(),
                      block_.data() + static_cast<std::size_t>(y) * layout_.row_bytes(), pixels, layout_.pixel_bytes(),
                      bytes);
    }

    ReopenableFile file_;
    TiffHandle handle_;
    TiffLayout layout_;
    bool plain_ = false;
    int y_ = 0;
    std::vector<std::byte> rows_;   // one row of blocks, ours alone
    std::vector<std::byte> block_;  // as decoded
};

}  // namespace

std::unique_ptr<PictureRows> open_tiff_rows(const std::filesystem::path& path) {
    return std::make_unique<TiffRows>(path);
}

}  // namespace nightstack::io
