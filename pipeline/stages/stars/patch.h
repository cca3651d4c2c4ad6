// SPDX-License-Identifier: MIT
// The pixels around one star as a small dense block, so that everything after runs in first-level cache.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "pipeline/core/image.h"
#include "pipeline/stages/stars/local_sky.h"

namespace nightstack {

// Luminance above the local sky around a pixel; 0 where there is no pixel or a NaN.
class Patch {
public:
    static constexpr int kMostRadius = 44;  // enough for 16 px FWHM
    static constexpr int kSlack = 8;        // zeros after the last row, for reading in vectors

    Patch(ImageView<const float> luminance, const LocalSky& sky, int cx, int cy, int radius)
        : cx_(cx), cy_(cy), radius_(std::min(radius, kMostRadius)), side_(2 * radius_ + 1) {
        for (int j = -radius_; j <= radius_; ++j) fill_row(luminance, sky, j);
        end_rows();
    }
    // Copies what the radius uses: a patch of a small star is a tenth of its room.
    Patch(const Patch& other) { *this = other; }
    Patch& operator=(const Patch& other) {
        cx_ = other.cx_;
        cy_ = other.cy_;
        radius_ = other.radius_;
        side_ = other.side_;
        std::copy_n(other.values_.begin(), side_ * side_, values_.begin());
        end_rows();
        return *this;
    }
    int radius() const { return radius_; }
    int centre_x() const { return cx_; }
    int centre_y() const { return cy_; }
    int side() const { return side_; }
    // Pixel (0, j) relative to the centre; x in -radius ... radius, and kSlack more may be read.
    float* row(int j) { return &values_[static_cast<std::size_t>((j + radius_) * side_ + radius_)]; }
    const float* row(int j) const { return &values_[static_cast<std::size_t>((j + radius_) * side_ + radius_)]; }

private:
    void fill_row(ImageView<const float> luminance, const LocalSky& sky, int j) {
        float* out = &values_[static_cast<std::size_t>((j + radius_) * side_)];
        const int y = cy_ + j;
        const bool inside = y >= 0 && y < luminance.height();
        const float* p = inside ? luminance.row_data(y) : nullptr;
        const double level = sky.level + sky.slope_y * j;
        if (inside && cx_ >= radius_ && cx_ + radius_ < luminance.width()) {
            fill_inside(out, p + cx_ - radius_, level, sky.slope_x);
            return;
        }
        for (int i = -radius_; i <= radius_; ++i) {
            const int x = cx_ + i;
            const bool there = inside && x >= 0 && x < luminance.width() && std::isfinite(p[x]);
            *out++ = there ? static_cast<float>(p[x] - level - sky.slope_x * i) : 0.0F;
        }
    }
    // The same without a question per pixel, so that it becomes vectors.
    void fill_inside(float* __restrict out, const float* __restrict p, double level, double slope) const {
        for (int i = 0; i < side_; ++i) {
            const auto above = static_cast<float>(p[i] - level - slope * (i - radius_));
            out[i] = p[i] - p[i] == 0 ? above : 0.0F;
        }
    }
    void end_rows() { std::fill_n(values_.begin() + side_ * side_, kSlack, 0.0F); }

    int cx_;
    int cy_;
    int radius_;
    int side_;
    std::array<float, (2 * kMostRadius + 1) * (2 * kMostRadius + 1) + kSlack> values_;
};

}  // namespace nightstack
