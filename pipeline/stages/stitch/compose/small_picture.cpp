// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/compose/small_picture.h"

#include <algorithm>
#include <cmath>

namespace nightstack {

SmallPicture::SmallPicture(const ReducedTile& picture, double tile_pixels)
    : width_(picture.width()), height_(picture.height()), scale_(picture.scale) {
    pixels_.resize(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_));
    for (int y = 0; y < height_; ++y) {
        for (std::size_t c = 0; c < 3; ++c) {
            const float* row = picture.planes[c].row_data(y);
            auto* to = pixels_.data() + static_cast<std::ptrdiff_t>(y) * width_;
            for (int x = 0; x < width_; ++x) to[x][c] = row[x] - row[x] == 0 ? row[x] : 0;
        }
    }
    while (scale_ < 0.6 * tile_pixels && width_ > 1 && height_ > 1) halve();
}

void SmallPicture::halve() {
    const int width = (width_ + 1) / 2, height = (height_ + 1) / 2;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const int x1 = std::min(2 * x + 1, width_ - 1), y1 = std::min(2 * y + 1, height_ - 1);
            const auto from = [&](int u, int v) { return pixels_[static_cast<std::size_t>(v * width_ + u)]; };
            const auto a = from(2 * x, 2 * y), b = from(x1, 2 * y), c = from(2 * x, y1), d = from(x1, y1);
            auto& to = pixels_[static_cast<std::size_t>(y * width + x)];
            for (std::size_t k = 0; k < 3; ++k) to[k] = (a[k] + b[k] + (c[k] + d[k])) / 4;
        }
    }
    width_ = width;
    height_ = height;
    scale_ *= 2;
    pixels_.resize(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_));
}

std::array<float, 3> SmallPicture::at(const Point& tile_pixel) const {
    const double x = std::clamp((tile_pixel.x + 0.5) / scale_ - 0.5, 0.0, width_ - 1.0);
    const double y = std::clamp((tile_pixel.y + 0.5) / scale_ - 0.5, 0.0, height_ - 1.0);
    const int ix = static_cast<int>(x), iy = static_cast<int>(y);
    const float f = static_cast<float>(x - ix), g = static_cast<float>(y - iy);
    const auto* upper = pixels_.data() + static_cast<std::ptrdiff_t>(iy) * width_ + ix;
    const int right = ix + 1 < width_ ? 1 : 0, down = iy + 1 < height_ ? width_ : 0;
    std::array<float, 3> value;
    for (std::size_t k = 0; k < 3; ++k) {
        const float above = upper[0][k] + f * (upper[right][k] - upper[0][k]);
        const float below = upper[down][k] + f * (upper[down + right][k] - upper[down][k]);
        value[k] = above + g * (below - above);
    }
    return value;
}

}  // namespace nightstack
