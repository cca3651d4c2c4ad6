// SPDX-License-Identifier: MIT
#include "io/fits/row_gatherer.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <type_traits>
#include <utility>

namespace nightstack::io {
namespace {

constexpr std::size_t kAtATime = 65536;  // bytes of rows put together before they are written

bool fits_into_bytes(ImageView<const std::uint16_t> pixels) {
    std::uint16_t bits = 0;
    for (int y = 0; y < pixels.height(); ++y) {
        for (const std::uint16_t v : pixels.row(y)) bits = static_cast<std::uint16_t>(bits | v);
    }
    return bits < 256;
}

template <class From, class To>
void copy_row(To* to, const From* from, int count) {
    for (int x = 0; x < count; ++x) to[x] = static_cast<To>(from[x]);
}

}  // namespace

void FitsRowGatherer::write(std::size_t image, int plane, const Rect& where, ImageView<const float> pixels) {
    gather<float>({image, plane, where.y, where.height}, where, pixels);
}

void FitsRowGatherer::write(std::size_t image, int plane, const Rect& where, ImageView<const std::uint16_t> pixels) {
    gather<std::uint16_t>({image, plane, where.y, where.height}, where, pixels);
}

template <class T>
void FitsRowGatherer::gather(const Rows& rows, const Rect& where, ImageView<const T> pixels) {
    const int whole = file_.width(rows.image);
    if (where.width == whole) return file_.write(rows.image, rows.plane, where, pixels);
    Piece piece = copied(where, pixels);
    if (!piece.samples) file_.write(rows.image, rows.plane, where, pixels);
    Band complete;
    {
        const std::lock_guard lock(mutex_);
        Band& band = bands_[rows];
        band.width += where.width;
        if (piece.samples) band.pieces.push_back(std::move(piece));
        if (band.width < whole) return;
        complete = std::move(band);
        bands_.erase(rows);
    }
    write_out(rows, std::move(complete));
}

// Without samples when there is no room.
template <class T>
FitsRowGatherer::Piece FitsRowGatherer::copied(const Rect& where, ImageView<const T> pixels) {
    bool narrow = false;
    if constexpr (std::is_same_v<T, std::uint16_t>) narrow = fits_into_bytes(pixels);
    Piece piece{where.x, where.width, narrow ? 1 : sizeof(T), 0, nullptr};
    piece.bytes = piece.sample_bytes * static_cast<std::size_t>(where.width) * static_cast<std::size_t>(where.height);
    if (!take_room(piece.bytes, piece.samples)) return piece;
    for (int y = 0; y < where.height; ++y) {
        std::byte* to = piece.samples.get() +
                        static_cast<std::size_t>(y) * static_cast<std::size_t>(where.width) * piece.sample_bytes;
        if (narrow) {
            copy_row(reinterpret_cast<std::uint8_t*>(to), pixels.row_data(y), where.width);
        } else {
            std::memcpy(to, pixels.row_data(y), static_cast<std::size_t>(where.width) * sizeof(T));
        }
    }
    return piece;
}

// Pieces beside each other go as one.
void FitsRowGatherer::write_out(const Rows& rows, Band band) {
    std::vector<Piece>& pieces = band.pieces;
    std::sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) { return a.x < b.x; });
    const bool floats = file_.sample(rows.image) == FitsSample::f32;
    for (const Piece* begin = pieces.data(); begin != pieces.data() + pieces.size();) {
        const Piece* end = begin + 1;
        while (end != pieces.data() + pieces.size() && end->x == end[-1].x + end[-1].width) ++end;
        floats ? write_run<float>(rows, begin, end) : write_run<std::uint16_t>(rows, begin, end);
        begin = end;
    }
    for (Piece& piece : pieces) give_back(piece);
    file_.begin_sync(rows.image, rows.plane, rows.y, rows.height);
}

template <class T>
void FitsRowGatherer::write_run(const Rows& rows, const Piece* begin, const Piece* end) {
    const int left = begin->x;
    const int width = end[-1].x + end[-1].width - left;
    const int step =
        static_cast<int>(std::max<std::size_t>(1, kAtATime / (sizeof(T) * static_cast<std::size_t>(width))));
    Image<T> together(width, std::min(step, rows.height));
    for (int y = 0; y < rows.height; y += step) {
        const int count = std::min(step, rows.height - y);
        for (const Piece* piece = begin; piece != end; ++piece) {
            for (int r = 0; r < count; ++r) {
                const std::size_t at = static_cast<std::size_t>(y + r) * static_cast<std::size_t>(piece->width);
                const std::byte* from = piece->samples.get() + at * piece->sample_bytes;
                T* to = together.view().row_data(r) + (piece->x - left);
                if (piece->sample_bytes == 1) {
                    copy_row(to, reinterpret_cast<const std::uint8_t*>(from), piece->width);
                } else {
                    std::memcpy(to, from, static_cast<std::size_t>(piece->width) * sizeof(T));
                }
            }
        }
        file_.write(rows.image, rows.plane, {left, rows.y + y, width, count},
                    together.cview().cropped({0, 0, width, count}));
    }
}

bool FitsRowGatherer::take_room(std::size_t bytes, Buffer& buffer) {
    const std::lock_guard lock(mutex_);
    const auto spare = spare_.find(bytes);
    if (spare != spare_.end() && !spare->second.empty()) {
        buffer = std::move(spare->second.back());
        spare->second.pop_back();
    } else {
        if (held_ + bytes > budget_) {
            spare_.clear();  // of other sizes
            held_ = used_;
        }
        if (held_ + bytes > budget_) return false;
        buffer = std::make_unique_for_overwrite<std::byte[]>(bytes);
        held_ += bytes;
    }
    used_ += bytes;
    return true;
}

void FitsRowGatherer::give_back(Piece& piece) {
    const std::lock_guard lock(mutex_);
    used_ -= piece.bytes;
    spare_[piece.bytes].push_back(std::move(piece.samples));
    if (used_ > 0) return;
    spare_.clear();  // perhaps the last
    held_ = 0;
}

void FitsRowGatherer::flush() {
    while (!bands_.empty()) {
        auto first = bands_.extract(bands_.begin());
        write_out(first.key(), std::move(first.mapped()));
    }
}

std::size_t FitsRowGatherer::held_bytes() const {
    const std::lock_guard lock(mutex_);
    return held_;
}

}  // namespace nightstack::io
