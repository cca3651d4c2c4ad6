// SPDX-License-Identifier: MIT
#include "io/tiles/orientation.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace nightstack::io {
namespace {

constexpr std::size_t kBandBytes = std::size_t{256} << 10;
constexpr int kFewestSideways = 64;  // pixels of an upright row written at once

// By pieces of a size the compiler knows: it copies nothing by a loop then.
template <class Move>
void by_pixel_size(std::size_t bytes, const Move& move) {
    switch (bytes) {
        case 1: return move(std::integral_constant<std::size_t, 1>{});
        case 3: return move(std::integral_constant<std::size_t, 3>{});
        case 4: return move(std::integral_constant<std::size_t, 4>{});
        case 6: return move(std::integral_constant<std::size_t, 6>{});
        default: return move(bytes);
    }
}

void mirror(std::byte* row, int width, std::size_t pixel) {
    by_pixel_size(pixel, [&](auto size) {
        std::byte keep[16];
        std::byte* left = row;
        std::byte* right = row + (static_cast<std::size_t>(width) - 1) * size;
        for (; left < right; left += size, right -= size) {
            std::memcpy(keep, left, size);
            std::memcpy(left, right, size);
            std::memcpy(right, keep, size);
        }
    });
}

}  // namespace

UprightPicture::UprightPicture(int width, int height, std::size_t pixel_bytes, int orientation, ScratchStore& store)
    : stored_width_(width), stored_height_(height), pixel_bytes_(pixel_bytes), orientation_(orientation) {
    piece_ = store.reserve(static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) * pixel_bytes);
}

int UprightPicture::band_rows() const {
    const std::size_t row = static_cast<std::size_t>(stored_width_) * pixel_bytes_;
    const int rows = static_cast<int>(std::clamp<std::size_t>(kBandBytes / row, 1, 4096)) / 16 * 16;
    return std::min(stored_height_, std::max(rows, sideways() ? kFewestSideways : 16));
}

std::span<std::byte> UprightPicture::in_place(int y, int count) {
    const std::span<std::byte> all = piece_->mapped();
    if (turned() || all.empty()) return {};
    const std::size_t row = static_cast<std::size_t>(stored_width_) * pixel_bytes_;
    return all.subspan(static_cast<std::size_t>(y) * row, static_cast<std::size_t>(count) * row);
}

void UprightPicture::write(int y, int count, std::span<std::byte> rows) {
    if (sideways()) {
        write_sideways(y, count, rows);
    } else {
        write_flat(y, count, rows);
    }
}

// 1 as it is, 2 mirrored, 3 half a turn, 4 upside down.
void UprightPicture::write_flat(int y, int count, std::span<std::byte> rows) {
    const std::size_t row = static_cast<std::size_t>(stored_width_) * pixel_bytes_;
    const bool mirrored = orientation_ == 2 || orientation_ == 3;
    for (int i = 0; mirrored && i < count; ++i)
        mirror(rows.data() + static_cast<std::size_t>(i) * row, stored_width_, pixel_bytes_);
    if (orientation_ < 3) return piece_->write_at(rows, static_cast<std::uint64_t>(y) * row);
    for (int i = 0; i < count; ++i)
        piece_->write_at(rows.subspan(static_cast<std::size_t>(i) * row, row),
                         static_cast<std::uint64_t>(stored_height_ - 1 - (y + i)) * row);
}

// A stored column becomes a piece of an upright row. 5 stored x is upright y, 6 the first row comes to the right, 7
// both turned round, 8 the first column comes to the bottom.
void UprightPicture::write_sideways(int y, int count, std::span<const std::byte> rows) {
    const std::size_t stored_row = static_cast<std::size_t>(stored_width_) * pixel_bytes_;
    const std::uint64_t upright_row = static_cast<std::uint64_t>(stored_height_) * pixel_bytes_;
    const bool from_right = orientation_ == 6 || orientation_ == 7;
    const bool from_bottom = orientation_ == 7 || orientation_ == 8;
    const int left = from_right ? stored_height_ - y - count : y;
    line_.resize(static_cast<std::size_t>(count) * pixel_bytes_);
    for (int x = 0; x < stored_width_; ++x) {
        by_pixel_size(pixel_bytes_, [&](auto size) {
            const std::byte* from = rows.data() + static_cast<std::size_t>(x) * size;
            for (int i = 0; i < count; ++i) {
                const auto row = static_cast<std::size_t>(from_right ? count - 1 - i : i);
                std::memcpy(line_.data() + static_cast<std::size_t>(i) * size, from + row * stored_row, size);
            }
        });
        const auto to = static_cast<std::uint64_t>(from_bottom ? stored_width_ - 1 - x : x);
        piece_->write_at(line_, to * upright_row + static_cast<std::uint64_t>(left) * pixel_bytes_);
    }
}

}  // namespace nightstack::io
