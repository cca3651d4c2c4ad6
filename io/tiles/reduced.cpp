// SPDX-License-Identifier: MIT
#include "io/tiles/reduced.h"

#include <algorithm>
#include <string>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr int kBandRows = 32;  // a multiple of every `by`

template <class T, class Sum>
T mean_of(Sum sum, int count) {
    if constexpr (std::is_same_v<T, std::uint8_t>) {
        return static_cast<T>((static_cast<unsigned>(sum) + static_cast<unsigned>(count) / 2) /
                              static_cast<unsigned>(count));
    } else {
        return sum / static_cast<float>(count);
    }
}

// Whole squares, whose side the compiler knows.
template <int kBy, class T, class Sum>
void whole_squares(const Sum* sums, T* out, int n) {
    for (int i = 0; i < n; ++i) {
        Sum sum = 0;
        for (int k = 0; k < kBy; ++k) sum = static_cast<Sum>(sum + sums[i * kBy + k]);
        out[i] = mean_of<T>(sum, kBy * kBy);
    }
}

void copy_band(const Image<std::uint8_t>& from, Image<std::uint8_t>& to, int y) {
    for (int i = 0; i < from.height(); ++i)
        std::copy_n(from.view().row_data(i), from.width(), to.view().row_data(y + i));
}

void copy_band(const Image<float>& from, Image<float>& to, int y) {
    for (int i = 0; i < from.height(); ++i)
        std::copy_n(from.view().row_data(i), from.width(), to.view().row_data(y + i));
}

template <class Body>
void for_bands(const TileInfo& info, Runner& runner, const Body& body) {
    const int bands = (info.height + kBandRows - 1) / kBandRows;
    runner.run(bands, 1, [&](int begin, int end) {
        for (int band = begin; band < end; ++band) {
            const int y = band * kBandRows;
            body(Rect{0, y, info.width, std::min(kBandRows, info.height - y)});
        }
    });
}

}  // namespace

template <class T>
BoxMean<T>::BoxMean(int width, int height, int by)
    : width_(width),
      height_(height),
      by_(by),
      sums_(static_cast<std::size_t>(width)),
      out_(reduced_size(width, by), reduced_size(height, by)) {
    if (by != 1 && by != 2 && by != 4 && by != 8)
        throw OptionError("a tile cannot be reduced by " + std::to_string(by) + "; 1, 2, 4 or 8 can be");
}

template <class T>
void BoxMean<T>::add(const T* row) {
    const int first = y_ % by_;
    Sum* sums = sums_.data();
    if (first == 0) {
        for (int x = 0; x < width_; ++x) sums[x] = static_cast<Sum>(row[x]);
    } else {
        for (int x = 0; x < width_; ++x) sums[x] = static_cast<Sum>(sums[x] + row[x]);
    }
    ++y_;
    if (y_ % by_ == 0 || y_ == height_) end_row(first + 1);
}

template <class T>
void BoxMean<T>::end_row(int rows) {
    T* out = out_.view().row_data((y_ - 1) / by_);
    const int whole = rows == by_ ? width_ / by_ : 0;
    if (by_ == 1) whole_squares<1>(sums_.data(), out, whole);
    if (by_ == 2) whole_squares<2>(sums_.data(), out, whole);
    if (by_ == 4) whole_squares<4>(sums_.data(), out, whole);
    if (by_ == 8) whole_squares<8>(sums_.data(), out, whole);
    for (int i = whole; i < out_.width(); ++i) {
        Sum sum = 0;
        const int end = std::min(width_, (i + 1) * by_);
        for (int x = i * by_; x < end; ++x) sum = static_cast<Sum>(sum + sums_[static_cast<std::size_t>(x)]);
        out[i] = mean_of<T>(sum, rows * (end - i * by_));
    }
}

template class BoxMean<std::uint8_t>;
template class BoxMean<float>;

Image<std::uint8_t> reduced_gray(const Tile& tile, int by, Runner& runner) {
    const TileInfo& info = tile.info();
    Image<std::uint8_t> out(reduced_size(info.width, by), reduced_size(info.height, by));
    for_bands(info, runner, [&](const Rect& band) {
        Image<std::uint8_t> rows(band.width, band.height);
        tile.read_gray(band, rows.view());
        BoxMean<std::uint8_t> mean(band.width, band.height, by);
        for (int y = 0; y < band.height; ++y) mean.add(rows.view().row_data(y));
        copy_band(mean.take(), out, band.y / by);
    });
    return out;
}

std::vector<Image<float>> reduced_light(const Tile& tile, int by, Runner& runner) {
    const TileInfo& info = tile.info();
    std::vector<Image<float>> out;
    for (int c = 0; c < info.channels; ++c)
        out.emplace_back(reduced_size(info.width, by), reduced_size(info.height, by));
    for_bands(info, runner, [&](const Rect& band) {
        std::vector<Image<float>> rows;
        std::vector<ImageView<float>> views;
        for (int c = 0; c < info.channels; ++c) rows.emplace_back(band.width, band.height);
        for (Image<float>& plane : rows) views.push_back(plane.view());
        tile.read_light(band, views);
        for (std::size_t c = 0; c < rows.size(); ++c) {
            BoxMean<float> mean(band.width, band.height, by);
            for (int y = 0; y < band.height; ++y) mean.add(rows[c].view().row_data(y));
            copy_band(mean.take(), out[c], band.y / by);
        }
    });
    return out;
}

}  // namespace nightstack::io
