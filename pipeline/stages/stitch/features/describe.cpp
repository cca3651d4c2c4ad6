// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/features/describe.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numbers>

namespace nightstack {
namespace {

constexpr int kSide = 20, kCells = 4, kDirections = 8;

// The angle of (x, y) as 0..8, to .004: a full turn is 8. Without libm, so that it is the same everywhere.
float eighths(float x, float y) {
    const float ax = std::abs(x), ay = std::abs(y);
    const float r = std::min(ax, ay) / std::max(std::max(ax, ay), 1e-30F);  // 0 for none
    // atan(r) / (pi / 4), r from 0 to 1.
    float a = r * (1 - (r - 1) * (0.3116F + 0.0844F * r));
    a = ay > ax ? 2 - a : a;
    a = x < 0 ? 4 - a : a;
    a = y < 0 ? 8 - a : a;
    return a < 8 ? a : a - 8;
}

// How much a sample belongs to each cell along one axis, and how much it counts by its distance from the middle.
struct Axis {
    std::array<int, kSide> first{};     // cell, may be -1
    std::array<float, kSide> second{};  // share of the next cell
    std::array<float, kSide> weight{};
    Axis() {
        for (int i = 0; i < kSide; ++i) {
            const auto at = static_cast<std::size_t>(i);
            const float u = (static_cast<float>(i) + 0.5F) * kCells / kSide - 0.5F;
            first[at] = static_cast<int>(std::floor(u));
            second[at] = u - static_cast<float>(first[at]);
            const float d = (static_cast<float>(i) - (kSide - 1) / 2.0F) / (kSide / 2.0F);
            weight[at] = 1 / (1 + d * d) - 0.3F;  // bell-shaped, without libm
        }
    }
};

struct Histogram {
    std::array<float, (kCells + 2) * (kCells + 2) * kDirections> bins{};  // a rim of cells that nobody asks for
    void add(int cell_x, int cell_y, float direction, float value) {
        const int d = static_cast<int>(direction);
        const float next = direction - static_cast<float>(d);
        float* cell = &bins[static_cast<std::size_t>(((cell_y + 1) * (kCells + 2) + cell_x + 1) * kDirections)];
        cell[d & (kDirections - 1)] += value * (1 - next);
        cell[(d + 1) & (kDirections - 1)] += value * next;
    }
};

Description rooted(const Histogram& h) {
    Description out{};
    float sum = 0;
    std::array<float, 128> values{};
    std::size_t i = 0;
    for (int y = 1; y <= kCells; ++y)
        for (int x = 1; x <= kCells; ++x)
            for (int d = 0; d < kDirections; ++d)
                values[i++] = h.bins[static_cast<std::size_t>((y * (kCells + 2) + x) * kDirections + d)];
    for (const float v : values) sum += v;
    if (!(sum > 0)) return out;
    for (std::size_t k = 0; k < values.size(); ++k)
        out[k] = static_cast<std::uint8_t>(std::min(255.0F, std::sqrt(values[k] / sum) * 512 + 0.5F));
    return out;
}

}  // namespace

double main_direction_rad(const PlaneGradients& gradients, Point at) {
    constexpr int kBins = 32, kRadius = 8;
    std::array<float, kBins> bins{};
    const int cx = static_cast<int>(std::lround(at.x)), cy = static_cast<int>(std::lround(at.y));
    for (int dy = -kRadius; dy <= kRadius; ++dy) {
        const float* gx = gradients.along_x.cview().row_data(cy + dy);
        const float* gy = gradients.along_y.cview().row_data(cy + dy);
        for (int dx = -kRadius; dx <= kRadius; ++dx) {
            const int q = dx * dx + dy * dy;
            if (q > kRadius * kRadius) continue;
            const float x = gx[cx + dx], y = gy[cx + dx];
            const float size = std::sqrt(x * x + y * y) * (1.2F - static_cast<float>(q) / (kRadius * kRadius));
            bins[static_cast<std::size_t>(eighths(x, y) * (kBins / 8)) % kBins] += size;
        }
    }
    // Smoothed round the circle, then the top of the parabola through the peak.
    for (int pass = 0; pass < 2; ++pass) {
        const auto before = bins;
        for (std::size_t i = 0; i < kBins; ++i)
            bins[i] = (before[(i + kBins - 1) % kBins] + 2 * before[i] + before[(i + 1) % kBins]) / 4;
    }
    const auto peak = static_cast<std::size_t>(std::max_element(bins.begin(), bins.end()) - bins.begin());
    const float a = bins[(peak + kBins - 1) % kBins], b = bins[peak], c = bins[(peak + 1) % kBins];
    const double bend = 2.0 * b - a - c;
    const double off = bend > 0 ? (c - a) / (2 * bend) : 0;
    return (static_cast<double>(peak) + 0.5 + off) * (2 * std::numbers::pi / kBins);
}

Description describe(const PlaneGradients& gradients, Point at, double angle_rad) {
    static const Axis axis;
    Histogram histogram;
    const auto c = static_cast<float>(std::cos(angle_rad)), s = static_cast<float>(std::sin(angle_rad));
    const auto x0 = static_cast<float>(at.x) + 0.5F, y0 = static_cast<float>(at.y) + 0.5F;
    const ImageView<const float> along_x = gradients.along_x.cview(), along_y = gradients.along_y.cview();
    // In three steps, so that the middle one is done several at a time.
    constexpr std::size_t kSamples = static_cast<std::size_t>(kSide) * kSide;
    std::array<float, kSamples> gx, gy, size, direction;
    std::size_t k = 0;
    for (int j = 0; j < kSide; ++j) {
        const float v = static_cast<float>(j) - (kSide - 1) / 2.0F;
        for (int i = 0; i < kSide; ++i, ++k) {
            const float u = static_cast<float>(i) - (kSide - 1) / 2.0F;
            const int x = static_cast<int>(x0 + c * u - s * v), y = static_cast<int>(y0 + s * u + c * v);
            gx[k] = along_x(x, y);
            gy[k] = along_y(x, y);
        }
    }
    for (k = 0; k < kSamples; ++k) {
        const float tx = c * gx[k] + s * gy[k], ty = c * gy[k] - s * gx[k];
        size[k] = std::sqrt(tx * tx + ty * ty);
        direction[k] = eighths(tx, ty);
    }
    k = 0;
    for (std::size_t j = 0; j < kSide; ++j) {
        for (std::size_t i = 0; i < kSide; ++i, ++k) {
            const float value = size[k] * axis.weight[i] * axis.weight[j];
            const int cx = axis.first[i], cy = axis.first[j];
            const float fx = axis.second[i], fy = axis.second[j];
            histogram.add(cx, cy, direction[k], value * (1 - fx) * (1 - fy));
            histogram.add(cx + 1, cy, direction[k], value * fx * (1 - fy));
            histogram.add(cx, cy + 1, direction[k], value * (1 - fx) * fy);
            histogram.add(cx + 1, cy + 1, direction[k], value * fx * fy);
        }
    }
    return rooted(histogram);
}

}  // namespace nightstack
