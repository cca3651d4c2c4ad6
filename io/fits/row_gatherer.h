// SPDX-License-Identifier: MIT
// Between tiles and a file: what several threads write tile by tile waits until it makes whole rows. A system takes
// long pieces for a fraction of what the short rows of tiles cost it, and one thread need not wait for another there.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "io/fits/writer.h"
#include "pipeline/core/geometry.h"
#include "pipeline/core/image.h"

namespace nightstack::io {

class FitsRowGatherer {
public:
    // Holds at most `budget_bytes`; what comes beyond is written as it is. `file` must outlive it.
    FitsRowGatherer(FitsWriter& file, std::size_t budget_bytes) : file_(file), budget_(budget_bytes) {}

    // As FitsWriter::write, from several threads at once. Tiles beside each other must agree in y and height, and come
    // once each. In the file as soon as all tiles of these rows have come, and the disk begins with them; else at
    // `flush`.
    void write(std::size_t image, int plane, const Rect& where, ImageView<const float> pixels);
    void write(std::size_t image, int plane, const Rect& where, ImageView<const std::uint16_t> pixels);

    void flush();  // writes what still waits; one thread, when the others are done
    std::size_t held_bytes() const;

private:
    struct Rows {  // of one plane
        std::size_t image;
        int plane, y, height;
        auto operator<=>(const Rows&) const = default;
    };
    using Buffer = std::unique_ptr<std::byte[]>;
    struct Piece {
        int x, width;
        std::size_t sample_bytes;  // 1: values of 16 bits that fit into 8
        std::size_t bytes;
        Buffer samples;
    };
    struct Band {
        std::vector<Piece> pieces;
        int width = 0;  // of all pieces, also those that did not have to wait
    };
    template <class T>
    void gather(const Rows& rows, const Rect& where, ImageView<const T> pixels);
    template <class T>
    Piece copied(const Rect& where, ImageView<const T> pixels);
    void write_out(const Rows& rows, Band band);
    template <class T>
    void write_run(const Rows& rows, const Piece* begin, const Piece* end);
    bool take_room(std::size_t bytes, Buffer& buffer);
    void give_back(Piece& piece);

    FitsWriter& file_;
    std::size_t budget_;
    mutable std::mutex mutex_;
    std::map<Rows, Band> bands_;
    std::map<std::size_t, std::vector<Buffer>> spare_;  // by their size
    std::size_t used_ = 0;                              // bytes of pieces
    std::size_t held_ = 0;                              // and of spare buffers
};

}  // namespace nightstack::io
