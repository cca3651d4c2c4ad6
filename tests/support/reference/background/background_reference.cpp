// SPDX-License-Identifier: MIT
#include "tests/support/reference/background/background_reference.h"

#include <algorithm>
#include <cmath>

namespace nightstack::reference {
namespace {

float middle(std::vector<float> sorted) {
    std::sort(sorted.begin(), sorted.end());
    const std::size_t n = sorted.size();
    if (n == 0) return 0;
    if (n % 2 == 1) return sorted[n / 2];
    return 0.5F * (sorted[n / 2 - 1] + sorted[n / 2]);
}

float deviation(const std::vector<float>& values, float centre) {
    std::vector<float> off;
    for (const float v : values) off.push_back(std::abs(v - centre));
    return static_cast<float>(1.482602218505602 * static_cast<double>(middle(off)));
}

}  // namespace

CellSky cell_sky(ImageView<const float> plane, const Rect& cell) {
    std::vector<float> values;
    for (int y = cell.y; y < cell.bottom(); ++y) {
        for (int x = cell.x; x < cell.right(); ++x) {
            if (std::isfinite(plane(x, y))) values.push_back(plane(x, y));
        }
    }
    CellSky sky{middle(values), 0, static_cast<int>(values.size())};
    sky.sigma = deviation(values, sky.level);
    for (int round = 0; round < 12; ++round) {
        std::vector<float> kept;
        for (const float v : values) {
            if (v >= sky.level - 2.5F * sky.sigma && v <= sky.level + 2.5F * sky.sigma) kept.push_back(v);
        }
        if (sky.sigma == 0 || kept.size() == values.size() || kept.empty()) break;
        values = kept;
        sky.level = middle(values);
        sky.sigma = deviation(values, sky.level);
    }
    return sky;
}

float flattened(const BackgroundModel& model, float value, int x, int y) {
    return static_cast<float>(static_cast<double>(value) - (model.at(x, y) - model.level()));
}

}  // namespace nightstack::reference
