// SPDX-License-Identifier: MIT
#include "io/image_files/picture.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "io/image_files/picture_rows.h"

namespace nightstack::io {
namespace {

std::uint64_t row_bytes(const PictureShape& s) {
    return static_cast<std::uint64_t>(s.width) * static_cast<std::uint64_t>(s.sample_bytes);
}

std::uint64_t all_bytes(const PictureShape& s) {
    return row_bytes(s) * static_cast<std::uint64_t>(s.height) * static_cast<std::uint64_t>(s.channels);
}

// One sample of each pixel out of, or into, interleaved rows.
void copy_samples(std::byte* to, std::size_t to_step, const std::byte* from, std::size_t from_step, int count,
                  std::size_t size) {
    for (int i = 0; i < count; ++i) {
        const auto k = static_cast<std::size_t>(i);
        std::memcpy(to + k * to_step * size, from + k * from_step * size, size);
    }
}

}  // namespace

PictureRowsOut::PictureRowsOut(const PictureShape& shape, ScratchStore& store)
    : shape_(shape), pixels_(store.reserve(all_bytes(shape))), line_(row_bytes(shape)) {}

std::uint64_t PictureRowsOut::place(int y, int plane) const {
    const auto row =
        static_cast<std::uint64_t>(plane) * static_cast<std::uint64_t>(shape_.height) + static_cast<std::uint64_t>(y);
    return row * row_bytes(shape_);
}

void PictureRowsOut::write(int y, std::span<const std::byte> row) {
    const auto channels = static_cast<std::size_t>(shape_.channels);
    const auto size = static_cast<std::size_t>(shape_.sample_bytes);
    for (std::size_t c = 0; c < channels; ++c) {
        copy_samples(line_.data(), 1, row.data() + c * size, channels, shape_.width, size);
        pixels_->write_at(line_, place(y, static_cast<int>(c)));
    }
}

PictureFrame::PictureFrame(const PictureShape& shape, std::shared_ptr<const ScratchPiece> pixels,
                           std::optional<CfaPattern> cfa)
    : shape_(shape), pixels_(std::move(pixels)) {
    format_.width = shape.width;
    format_.height = shape.height;
    format_.kind = shape.channels == 3 ? PixelKind::rgb : cfa ? PixelKind::cfa : PixelKind::mono;
    if (format_.kind == PixelKind::cfa) format_.cfa = cfa;
}

void PictureFrame::read(ImageView<float> out, Rect region, int plane) const {
    assert((Rect{0, 0, shape_.width, shape_.height}.contains(region)) && plane >= 0 && plane < shape_.channels);
    assert(out.same_size(region.width, region.height));
    const auto size = static_cast<std::size_t>(shape_.sample_bytes);
    std::vector<std::byte> line(static_cast<std::size_t>(region.width) * size);
    for (int y = 0; y < region.height; ++y) {
        const auto row = static_cast<std::uint64_t>(plane) * static_cast<std::uint64_t>(shape_.height) +
                         static_cast<std::uint64_t>(region.y + y);
        pixels_->read_at(line, row * row_bytes(shape_) + static_cast<std::uint64_t>(region.x) * size);
        float* to = out.row_data(y);
        if (size == 1) {
            std::transform(line.begin(), line.end(), to,
                           [](std::byte b) { return static_cast<float>(std::to_integer<int>(b)); });
            continue;
        }
        for (int x = 0; x < region.width; ++x) {
            std::uint16_t value = 0;
            std::memcpy(&value, line.data() + static_cast<std::size_t>(x) * 2, 2);
            to[x] = value;
        }
    }
}

std::unique_ptr<FrameFile> frame_of(PictureRows& rows, ScratchStore& store, std::optional<CfaPattern> cfa) {
    const RowsShape& s = rows.shape();
    const PictureShape shape{s.width, s.height, s.colours, static_cast<int>(s.sample_bytes())};
    PictureRowsOut out(shape, store);
    std::vector<std::byte> row(s.row_bytes());
    for (int y = 0; y < s.height; ++y) {
        rows.next(1, row);
        out.write(y, row);
    }
    rows.finish();
    return std::make_unique<PictureFrame>(shape, out.take(), cfa);
}

}  // namespace nightstack::io
