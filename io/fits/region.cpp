// SPDX-License-Identifier: MIT
#include "io/fits/region.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "io/fits/samples.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kBuffer = 65536;

void decode_run(float* out, const std::byte* raw, std::size_t count, const FitsLayout& layout) {
    decode_samples(out, raw, count, layout);
}
void decode_run(std::uint16_t* out, const std::byte* raw, std::size_t count, const FitsLayout&) {
    decode_samples(out, raw, count);
}

std::uint64_t offset_of(const FitsLayout& layout, int plane, int x, int y) {
    const auto width = static_cast<std::uint64_t>(layout.width);
    const auto rows = static_cast<std::uint64_t>(plane) * static_cast<std::uint64_t>(layout.height);
    return layout.data_at +
           ((rows + static_cast<std::uint64_t>(y)) * width + static_cast<std::uint64_t>(x)) * layout.sample_bytes();
}

template <class T>
void read_any(ImageView<T> out, Rect region, int plane, const FitsLayout& layout, RowOrder order,
              const ReadAt& read_at) {
    assert((Rect{0, 0, layout.width, layout.height}.contains(region)));
    assert(out.same_size(region.width, region.height) && plane >= 0 && plane < layout.planes);
    if (region.empty()) return;
    const bool reversed = order == RowOrder::reversed;
    const int first_row = reversed ? layout.height - region.bottom() : region.y;  // in the file
    alignas(64) std::array<std::byte, kBuffer> buffer;
    const auto sample = static_cast<std::size_t>(layout.sample_bytes());
    const auto width = static_cast<std::size_t>(region.width);
    const std::size_t row_bytes = width * sample;
    const bool whole_rows = region.width == layout.width && row_bytes <= kBuffer;
    const int step = whole_rows ? static_cast<int>(kBuffer / row_bytes) : 1;
    for (int y = 0; y < region.height; y += step) {
        const int rows = std::min(step, region.height - y);
        const std::uint64_t at = offset_of(layout, plane, region.x, first_row + y);
        for (std::size_t x = 0; x < width; x += kBuffer / sample) {  // one turn unless a row passes the buffer
            const std::size_t count = std::min(width - x, kBuffer / sample);
            const std::span<std::byte> raw(buffer.data(), static_cast<std::size_t>(rows) * count * sample);
            read_at(raw, at + x * sample);
            for (int r = 0; r < rows; ++r) {
                const int target = reversed ? region.height - 1 - (y + r) : y + r;
                decode_run(out.row_data(target) + x, raw.data() + static_cast<std::size_t>(r) * count * sample, count,
                           layout);
            }
        }
    }
}

}  // namespace

void read_region(ImageView<float> out, Rect region, int plane, const FitsLayout& layout, RowOrder order,
                 const ReadAt& read_at) {
    read_any(out, region, plane, layout, order, read_at);
}

void read_region(ImageView<std::uint16_t> out, Rect region, int plane, const FitsLayout& layout, RowOrder order,
                 const ReadAt& read_at) {
    assert(is_u16(layout));
    read_any(out, region, plane, layout, order, read_at);
}

}  // namespace nightstack::io
