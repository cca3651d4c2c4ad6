// SPDX-License-Identifier: MIT
#include "device/sim/card/live_stack.h"

#include <algorithm>
#include <cmath>

namespace nightstack::device::sim {
namespace {

void fit(Colour& colour, int width, int height) {
    for (Image<float>& plane : colour.planes) plane.reshape(width, height);
}

template <class T>
void blacken(Image<T>& plane) {
    for (int y = 0; y < plane.height(); ++y) std::ranges::fill(plane.view().row(y), T{});
}

}  // namespace

void LiveStack::add(const Colour& frame, const Transform& frame_from_first) {
    const int width = frame.width(), height = frame.height();
    if (frames_ == 0) {
        fit(sum_, width, height);
        count_.reshape(width, height);
        for (Image<float>& plane : sum_.planes) blacken(plane);
        blacken(count_);
    }
    ++frames_;
    for (int y = 0; y < height; ++y) {
        std::uint16_t* count = count_.view().row_data(y);
        for (int x = 0; x < width; ++x) {
            // A colour pixel lies in the middle of its cell of the mosaic.
            const Point p = frame_from_first({2 * x + 0.5, 2 * y + 0.5});
            const double sx = (p.x - 0.5) / 2, sy = (p.y - 0.5) / 2;
            if (!(sx >= 0 && sy >= 0 && sx <= width - 1 && sy <= height - 1)) continue;
            const int x0 = std::min(static_cast<int>(sx), std::max(0, width - 2));
            const int y0 = std::min(static_cast<int>(sy), std::max(0, height - 2));
            const float u = static_cast<float>(sx - x0), v = static_cast<float>(sy - y0);
            ++count[x];
            for (std::size_t c = 0; c < 3; ++c) {
                const float* a = frame.planes[c].cview().row_data(y0) + x0;
                const float* b = frame.planes[c].cview().row_data(std::min(y0 + 1, height - 1)) + x0;
                const float top = a[0] + (a[1] - a[0]) * u, bottom = b[0] + (b[1] - b[0]) * u;
                sum_.planes[c].view().row_data(y)[x] += top + (bottom - top) * v;
            }
        }
    }
}

const Colour& LiveStack::mean() {
    fit(mean_, sum_.width(), sum_.height());
    for (std::size_t c = 0; c < 3; ++c) {
        for (int y = 0; y < sum_.height(); ++y) {
            const float* sum = sum_.planes[c].cview().row_data(y);
            const std::uint16_t* count = count_.cview().row_data(y);
            float* out = mean_.planes[c].view().row_data(y);
            for (int x = 0; x < sum_.width(); ++x) out[x] = count[x] == 0 ? 0 : sum[x] / count[x];
        }
    }
    return mean_;
}

}  // namespace nightstack::device::sim
