// SPDX-License-Identifier: MIT
#include "pipeline/stages/stars/mosaic.h"

#include <algorithm>
#include <cmath>

#include "pipeline/stages/stars/profile.h"

namespace nightstack {
namespace {

constexpr int kMostReach = 12;
constexpr std::size_t kMostSide = 2 * kMostReach + 1;

int reach_for(double variance) {
    return std::min(kMostReach - 2, static_cast<int>(std::ceil(3.2 * std::sqrt(variance))) + 1);
}

std::size_t phase_of(int x, int y) { return static_cast<std::size_t>((x & 1) + 2 * (y & 1)); }

// exp(-(i - centre)^2 / 2 variance) for the pixels around the centre.
struct Bell {
    int first = 0;
    int size = 0;
    std::array<double, kMostSide> weight{};

    Bell(double centre, double variance) {
        const int reach = reach_for(variance);
        first = static_cast<int>(std::lround(centre)) - reach;
        size = 2 * reach + 1;
        for (int i = 0; i < size; ++i) {
            const double d = first + i - centre;
            weight[static_cast<std::size_t>(i)] = gaussian_weight(d * d / (2 * variance));
        }
    }
    double at(int i) const { return i < 0 || i >= size ? 0.0 : weight[static_cast<std::size_t>(i)]; }
};

}  // namespace

PhaseHeights phase_heights(const StarField& field, const LocalSky& sky, int sky_x, int sky_y, Point star,
                           double variance) {
    const Bell bx(star.x, variance);
    const Bell by(star.y, variance);
    PhaseHeights light{};
    PhaseHeights squares{};
    for (int j = 0; j < by.size; ++j) {
        const int y = by.first + j;
        if (y < 0 || y >= field.plane.height()) continue;
        const float* p = field.plane.row_data(y);
        for (int i = 0; i < bx.size; ++i) {
            const int x = bx.first + i;
            if (x < 0 || x >= field.plane.width() || !std::isfinite(p[x])) continue;
            const std::size_t phase = phase_of(x, y);
            const double w = bx.at(i) * by.at(j);
            light[phase] += w * (p[x] - field.phase_level[phase] - sky.at(x - sky_x, y - sky_y));
            squares[phase] += w * w;
        }
    }
    for (std::size_t i = 0; i < 4; ++i) light[i] = squares[i] > 0 ? light[i] / squares[i] : 0;
    return light;
}

double colour_contrast(const PhaseHeights& heights) {
    const double mean = (heights[0] + heights[1] + heights[2] + heights[3]) / 4;
    if (!(mean > 0)) return 0;
    double most = 0;
    for (const double h : heights) most = std::max(most, std::abs(h - mean));
    return most / mean;
}

void remove_colour_ripple(Patch& patch, const PhaseHeights& heights, Point star, double variance) {
    const double mean = (heights[0] + heights[1] + heights[2] + heights[3]) / 4;
    const Bell bx(star.x, variance);
    const Bell by(star.y, variance);
    // The departure at pixel (i, j) of the block, then the 3x3 binomial of the luminance plane.
    const auto departure = [&](int i, int j) {
        return (heights[phase_of(bx.first + i, by.first + j)] - mean) * bx.at(i) * by.at(j);
    };
    std::array<std::array<double, kMostSide + 2>, kMostSide + 2> across{};
    for (int j = -1; j <= by.size; ++j) {
        for (int i = -1; i <= bx.size; ++i) {
            across[static_cast<std::size_t>(j + 1)][static_cast<std::size_t>(i + 1)] =
                departure(i - 1, j) + 2 * departure(i, j) + departure(i + 1, j);
        }
    }
    for (int j = 0; j < by.size; ++j) {
        const int py = by.first + j - patch.centre_y();
        if (py < -patch.radius() || py > patch.radius()) continue;
        float* row = patch.row(py);
        const auto at_j = static_cast<std::size_t>(j + 1);
        for (int i = 0; i < bx.size; ++i) {
            const int px = bx.first + i - patch.centre_x();
            if (px < -patch.radius() || px > patch.radius()) continue;
            const auto at_i = static_cast<std::size_t>(i + 1);
            row[px] -=
                static_cast<float>((across[at_j - 1][at_i] + 2 * across[at_j][at_i] + across[at_j + 1][at_i]) / 16);
        }
    }
}

}  // namespace nightstack
