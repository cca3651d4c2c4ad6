// SPDX-License-Identifier: MIT
#include "device/sim/sky/affine_fit.h"

namespace nightstack::device::sim {

std::array<double, 6> affine_fit(const Transform& transform, int width, int height) {
    constexpr int kHalf = 4;  // a grid of 9 x 9 about the middle: its columns and rows do not mix
    const Point middle{(width - 1) / 2.0, (height - 1) / 2.0};
    const double step_x = 0.45 * width / kHalf, step_y = 0.45 * height / kHalf;
    double mean[2] = {}, along_x[2] = {}, along_y[2] = {}, xx = 0, yy = 0;
    for (int j = -kHalf; j <= kHalf; ++j) {
        for (int i = -kHalf; i <= kHalf; ++i) {
            const double dx = i * step_x, dy = j * step_y;
            const Point p = transform({middle.x + dx, middle.y + dy});
            const double value[2] = {p.x, p.y};
            for (int k = 0; k < 2; ++k) {
                mean[k] += value[k] / 81;
                along_x[k] += value[k] * dx;
                along_y[k] += value[k] * dy;
            }
            xx += dx * dx;
            yy += dy * dy;
        }
    }
    std::array<double, 6> m{};
    for (std::size_t k = 0; k < 2; ++k) {
        m[3 * k] = along_x[k] / xx;
        m[3 * k + 1] = along_y[k] / yy;
        m[3 * k + 2] = mean[k] - m[3 * k] * middle.x - m[3 * k + 1] * middle.y;
    }
    return m;
}

}  // namespace nightstack::device::sim
