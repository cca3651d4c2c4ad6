// SPDX-License-Identifier: MIT
// How stored pixels are turned to stand upright: the eight orientations of Exif. Internal to this folder.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "io/files/scratch_store.h"

namespace nightstack::io {

// A picture that comes row by row, laid upright into a piece.
class UprightPicture {
public:
    // `width` and `height` as stored; `orientation` 1 to 8. Throws IoError when there is no room.
    UprightPicture(int width, int height, std::size_t pixel_bytes, int orientation, ScratchStore& store);

    bool turned() const { return orientation_ != 1; }
    bool sideways() const { return orientation_ >= 5; }
    int width() const { return sideways() ? stored_height_ : stored_width_; }
    int height() const { return sideways() ? stored_width_ : stored_height_; }
    // How many rows at once are good: some 256 KB, and enough of them for long pieces of upright rows.
    int band_rows() const;
    // Where the rows y .. y + count - 1 may be put at once instead of being written; nothing when they must be.
    std::span<std::byte> in_place(int y, int count);
    // The stored rows y .. y + count - 1, which may be altered.
    void write(int y, int count, std::span<std::byte> rows);
    std::shared_ptr<const ScratchPiece> take() { return std::move(piece_); }

private:
    void write_flat(int y, int count, std::span<std::byte> rows);
    void write_sideways(int y, int count, std::span<const std::byte> rows);
    int stored_width_;
    int stored_height_;
    std::size_t pixel_bytes_;
    int orientation_;
    std::shared_ptr<ScratchPiece> piece_;
    std::vector<std::byte> line_;
};

}  // namespace nightstack::io
