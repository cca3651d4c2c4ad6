// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <mutex>
#include <optional>

#include "io/image_files/block_cache.h"
#include "io/image_files/tiff.h"
#include "io/image_files/tiff_handle.h"

#include <tiffio.h>
#include "io/image_files/tiff_layout.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kOwnCacheBytes = 32 << 20;

using Bytes = std::vector<std::byte>;

template <class T>
float value_at(const std::byte* at, bool swapped) {
    std::array<std::byte, sizeof(T)> bytes;
    std::memcpy(bytes.data(), at, sizeof(T));
    if (swapped) std::reverse(bytes.begin(), bytes.end());
    return static_cast<float>(std::bit_cast<T>(bytes));
}

template <class T>
void convert(float* out, const std::byte* from, int count, std::size_t step, bool swapped) {
    for (int x = 0; x < count; ++x) out[x] = value_at<T>(from + static_cast<std::size_t>(x) * step, swapped);
}

void convert_row(float* out, const std::byte* from, int count, const TiffLayout& layout, bool swapped) {
    const std::size_t step = layout.pixel_bytes();
    switch (layout.type) {
        case SampleType::u8: return convert<std::uint8_t>(out, from, count, step, swapped);
        case SampleType::u16: return convert<std::uint16_t>(out, from, count, step, swapped);
        case SampleType::i16: return convert<std::int16_t>(out, from, count, step, swapped);
        case SampleType::f32: return convert<float>(out, from, count, step, swapped);
    }
}

// Decodes blocks through libtiff, one at a time, and has them kept.
class BlockDecoder {
public:
    BlockDecoder(std::unique_ptr<TiffHandle> handle, const TiffLayout& layout, BlockCache* shared)
        : handle_(std::move(handle)), layout_(layout), cache_(shared) {
        if (cache_ == nullptr) cache_ = &own_.emplace(kOwnCacheBytes);
        const std::size_t bytes = layout.row_bytes() * static_cast<std::size_t>(layout.height);
        const int planes = layout.separate_planes ? layout.colours : 1;
        file_ = cache_->add_file(bytes * static_cast<std::size_t>(layout.blocks_across() * planes));
    }
    ~BlockDecoder() { cache_->remove_file(file_); }
    BlockDecoder(const BlockDecoder&) = delete;
    BlockDecoder& operator=(const BlockDecoder&) = delete;

    DecodedBlock block(std::size_t index, int block_row) {
        if (DecodedBlock kept = cache_->find(file_, index)) return kept;
        const std::lock_guard lock(mutex_);
        if (DecodedBlock kept = cache_->find(file_, index)) return kept;  // somebody was quicker
        DecodedBlock fresh = decoded(index, block_row);
        cache_->keep(file_, index, fresh);
        return fresh;
    }

private:
    DecodedBlock decoded(std::size_t index, int block_row) {
        auto bytes =
            std::make_shared<Bytes>(static_cast<std::size_t>(layout_.rows_of(block_row)) * layout_.row_bytes());
        const auto number = static_cast<std::uint32_t>(index);
        const auto size = static_cast<tmsize_t>(bytes->size());
        const tmsize_t got = layout_.tiled ? TIFFReadEncodedTile(handle_->get(), number, bytes->data(), size)
                                           : TIFFReadEncodedStrip(handle_->get(), number, bytes->data(), size);
        if (got != size) throw FormatError(handle_->problem("cannot decode block " + std::to_string(index)));
        return bytes;
    }

    std::mutex mutex_;  // of libtiff's handle
    std::unique_ptr<TiffHandle> handle_;
    const TiffLayout& layout_;
    std::optional<BlockCache> own_;
    BlockCache* cache_;
    std::uint64_t file_ = 0;
};

class TiffFrameFile final : public FrameFile {
public:
    TiffFrameFile(const std::filesystem::path& path, const TiffReadOptions& options) : file_(path) {
        auto handle = std::make_unique<TiffHandle>(file_);
        layout_ = read_layout(*handle, file_);
        if (layout_.orientation != ORIENTATION_TOPLEFT && !layout_.bottom_up())
            throw FormatError(handle->problem("orientation " + std::to_string(layout_.orientation) +
                                              "; rows from the top or the bottom can be read"));
        format_.width = layout_.width;
        format_.height = layout_.height;
        format_.kind = layout_.colours == 3 ? PixelKind::rgb : PixelKind::mono;
        if (layout_.colours == 1) set_pattern(options);
        const char* model = nullptr;
        if (TIFFGetField(handle->get(), TIFFTAG_MODEL, &model) == 1 && model != nullptr)
            info_.camera = std::string(model).substr(0, 80);
        if (layout_.compressed || layout_.tiled)
            decoder_ = std::make_unique<BlockDecoder>(std::move(handle), layout_, options.blocks);
    }

    const StreamFormat& format() const override { return format_; }
    const FrameInfo& info() const override { return info_; }
    bool rows_reversed() const override { return layout_.bottom_up(); }

    void read(ImageView<float> out, Rect region, int plane) const override {
        assert((Rect{0, 0, layout_.width, layout_.height}.contains(region)) && plane >= 0 && plane < format_.planes());
        assert(out.same_size(region.width, region.height));
        if (region.empty()) return;
        if (decoder_) return read_decoded(out, region, plane);
        for (int y = 0; y < region.height; ++y)
            read_plain(out.row_data(y), region.x, region.width, stored_row(region.y + y), plane);
    }

private:
    void set_pattern(const TiffReadOptions& options) {
        format_.cfa = options.cfa;
        if (!format_.cfa && layout_.cfa)
            format_.cfa = layout_.bottom_up() ? flipped_rows(*layout_.cfa, layout_.height) : *layout_.cfa;
        if (format_.cfa) format_.kind = PixelKind::cfa;
    }

    // The samples of a pixel begin with plane 0, unless each plane has blocks of its own.
    std::size_t plane_offset(int plane) const {
        return layout_.separate_planes ? 0 : static_cast<std::size_t>(plane) * layout_.sample_bytes();
    }

    void read_plain(float* out, int x, int count, int row, int plane) const {
        const int strip = row / layout_.block_height;
        const std::uint64_t begin = layout_.offsets[layout_.block_index(0, strip, plane)] +
                                    static_cast<std::uint64_t>(row % layout_.block_height) * layout_.row_bytes() +
                                    static_cast<std::uint64_t>(x) * layout_.pixel_bytes();
        Bytes bytes(static_cast<std::size_t>(count) * layout_.pixel_bytes());
        file_.read_at(bytes, begin);
        convert_row(out, bytes.data() + plane_offset(plane), count, layout_, layout_.other_byte_order);
    }

    int stored_row(int row) const { return layout_.bottom_up() ? layout_.height - 1 - row : row; }

    // Block after block, each decoded but once whatever the cache keeps.
    void read_decoded(ImageView<float> out, const Rect& region, int plane) const {
        const int first = std::min(stored_row(region.y), stored_row(region.bottom() - 1));
        const int last = first + region.height - 1;
        for (int j = first / layout_.block_height; j <= last / layout_.block_height; ++j) {
            for (int i = region.x / layout_.block_width; i <= (region.right() - 1) / layout_.block_width; ++i) {
                const DecodedBlock block = decoder_->block(layout_.block_index(i, j, plane), j);
                const int top = std::max(first, j * layout_.block_height);
                const int bottom = std::min(last, (j + 1) * layout_.block_height - 1);
                for (int row = top; row <= bottom; ++row) copy_row(out, region, *block, i, row, plane);
            }
        }
    }

    // What block column i holds of a stored row.
    void copy_row(ImageView<float> out, const Rect& region, const Bytes& block, int i, int row, int plane) const {
        const int left = std::max(region.x, i * layout_.block_width);
        const int right = std::min(region.right(), (i + 1) * layout_.block_width);
        const std::size_t begin = static_cast<std::size_t>(row % layout_.block_height) * layout_.row_bytes() +
                                  static_cast<std::size_t>(left % layout_.block_width) * layout_.pixel_bytes() +
                                  plane_offset(plane);
        float* to = out.row_data(stored_row(row) - region.y) + (left - region.x);  // turned over twice is as it was
        convert_row(to, block.data() + begin, right - left, layout_, /*swapped=*/false);  // libtiff has turned it
    }

    ReopenableFile file_;
    TiffLayout layout_;
    StreamFormat format_;
    FrameInfo info_;
    std::unique_ptr<BlockDecoder> decoder_;  // none for plain strips, which are read past libtiff
};

}  // namespace

std::unique_ptr<FrameFile> open_tiff(const std::filesystem::path& path, const TiffReadOptions& options) {
    return std::make_unique<TiffFrameFile>(path, options);
}

}  // namespace nightstack::io
