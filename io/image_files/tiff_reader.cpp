// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>
#include <list>
#include <mutex>

#include "io/image_files/tiff.h"
#include "io/image_files/tiff_handle.h"

#include <tiffio.h>
#include "io/image_files/tiff_layout.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kCachedBytes = 32 << 20;  // decoded blocks kept; at least one

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

// Decodes blocks through libtiff, one at a time, and remembers the last few.
class BlockDecoder {
public:
    BlockDecoder(std::unique_ptr<TiffHandle> handle, const TiffLayout& layout)
        : handle_(std::move(handle)), layout_(layout) {}

    std::shared_ptr<const Bytes> block(std::size_t index, int block_row) {
        const std::lock_guard lock(mutex_);
        for (auto it = recent_.begin(); it != recent_.end(); ++it) {
            if (it->index != index) continue;
            recent_.splice(recent_.begin(), recent_, it);
            return it->bytes;
        }
        auto bytes = decoded(index, block_row);
        recent_.push_front({index, bytes});
        const std::size_t room = std::max<std::size_t>(1, kCachedBytes / std::max<std::size_t>(1, bytes->size()));
        while (recent_.size() > room) recent_.pop_back();
        return bytes;
    }

private:
    struct Recent {
        std::size_t index;
        std::shared_ptr<const Bytes> bytes;
    };

    std::shared_ptr<const Bytes> decoded(std::size_t index, int block_row) {
        auto bytes =
            std::make_shared<Bytes>(static_cast<std::size_t>(layout_.rows_of(block_row)) * layout_.row_bytes());
        const auto number = static_cast<std::uint32_t>(index);
        const auto size = static_cast<tmsize_t>(bytes->size());
        const tmsize_t got = layout_.tiled ? TIFFReadEncodedTile(handle_->get(), number, bytes->data(), size)
                                           : TIFFReadEncodedStrip(handle_->get(), number, bytes->data(), size);
        if (got != size) throw FormatError(handle_->problem("cannot decode block " + std::to_string(index)));
        return bytes;
    }

    std::mutex mutex_;
    std::unique_ptr<TiffHandle> handle_;
    const TiffLayout& layout_;
    std::list<Recent> recent_;
};

class TiffFrameFile final : public FrameFile {
public:
    TiffFrameFile(const std::filesystem::path& path, const TiffReadOptions& options) : file_(path) {
        auto handle = std::make_unique<TiffHandle>(file_);
        layout_ = read_layout(*handle, file_);
        format_.width = layout_.width;
        format_.height = layout_.height;
        format_.kind = layout_.colours == 3 ? PixelKind::rgb : PixelKind::mono;
        if (layout_.colours == 1) set_pattern(options);
        const char* model = nullptr;
        if (TIFFGetField(handle->get(), TIFFTAG_MODEL, &model) == 1 && model != nullptr)
            info_.camera = std::string(model).substr(0, 80);
        if (layout_.compressed || layout_.tiled) decoder_ = std::make_unique<BlockDecoder>(std::move(handle), layout_);
    }

    const StreamFormat& format() const override { return format_; }
    const FrameInfo& info() const override { return info_; }
    bool rows_reversed() const override { return layout_.bottom_up; }

    void read(ImageView<float> out, Rect region, int plane) const override {
        assert((Rect{0, 0, layout_.width, layout_.height}.contains(region)) && plane >= 0 && plane < format_.planes());
        assert(out.same_size(region.width, region.height));
        if (region.empty()) return;
        for (int y = 0; y < region.height; ++y) {
            const int row = region.y + y;
            const int stored_row = layout_.bottom_up ? layout_.height - 1 - row : row;
            if (decoder_) {
                read_decoded(out.row_data(y), region.x, region.width, stored_row, plane);
            } else {
                read_plain(out.row_data(y), region.x, region.width, stored_row, plane);
            }
        }
    }

private:
    void set_pattern(const TiffReadOptions& options) {
        format_.cfa = options.cfa;
        if (!format_.cfa && layout_.cfa)
            format_.cfa = layout_.bottom_up ? flipped_rows(*layout_.cfa, layout_.height) : *layout_.cfa;
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

    void read_decoded(float* out, int x, int count, int row, int plane) const {
        const int block_row = row / layout_.block_height;
        for (int done = 0; done < count;) {
            const int column = x + done;
            const int block_column = column / layout_.block_width;
            const int n = std::min(count - done, (block_column + 1) * layout_.block_width - column);
            const auto block = decoder_->block(layout_.block_index(block_column, block_row, plane), block_row);
            const std::size_t begin = static_cast<std::size_t>(row % layout_.block_height) * layout_.row_bytes() +
                                      static_cast<std::size_t>(column % layout_.block_width) * layout_.pixel_bytes() +
                                      plane_offset(plane);
            convert_row(out + done, block->data() + begin, n, layout_, /*swapped=*/false);  // libtiff has turned it
            done += n;
        }
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
