// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/features/corners.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace nightstack {
namespace {

constexpr int kCells = 8;  // along each side

bool is_peak(ImageView<const float> v, int x, int y) {
    const float here = v(x, y);
    for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) {
            if (dx == 0 && dy == 0) continue;
            const float there = v(x + dx, y + dy);
            // Of two that are equal the later one is the peak.
            if (there > here || (there == here && (dy > 0 || (dy == 0 && dx > 0)))) return false;
        }
    }
    return true;
}

// Where the parabola through three values has its top.
double top(float before, float here, float after) {
    const double bend = 2.0 * here - before - after;
    return bend > 0 ? std::clamp((after - before) / (2 * bend), -0.5, 0.5) : 0;
}

bool stronger(const Corner& a, const Corner& b) {
    if (a.strength != b.strength) return a.strength > b.strength;
    return a.at.y != b.at.y ? a.at.y < b.at.y : a.at.x < b.at.x;
}

}  // namespace

std::vector<Corner> find_corners(ImageView<const float> corner, int most, int margin_px) {
    const int w = corner.width(), h = corner.height(), margin = std::max(margin_px, 1);
    std::array<std::vector<Corner>, kCells * kCells> cells;
    for (int y = margin; y < h - margin; ++y) {
        const float* row = corner.row_data(y);
        for (int x = margin; x < w - margin; ++x) {
            if (!(row[x] > 1e-9F) || row[x] < row[x - 1] || row[x] < row[x + 1] || !is_peak(corner, x, y)) continue;
            const Point at{x + top(row[x - 1], row[x], row[x + 1]),
                           y + top(corner(x, y - 1), row[x], corner(x, y + 1))};
            cells[static_cast<std::size_t>(y * kCells / h * kCells + x * kCells / w)].push_back({at, row[x]});
        }
    }
    // Shares: what poor cells leave goes to the rich ones, the poorest first.
    std::array<std::vector<Corner>*, kCells * kCells> by_size{};
    for (std::size_t i = 0; i < cells.size(); ++i) by_size[i] = &cells[i];
    std::stable_sort(by_size.begin(), by_size.end(),
                     [](const auto* a, const auto* b) { return a->size() < b->size(); });
    std::vector<Corner> found;
    std::size_t left = static_cast<std::size_t>(std::max(most, 0));
    for (std::size_t i = 0; i < by_size.size(); ++i) {
        std::vector<Corner>& cell = *by_size[i];
        const std::size_t share = std::min(cell.size(), left / (by_size.size() - i));
        std::partial_sort(cell.begin(), cell.begin() + static_cast<std::ptrdiff_t>(share), cell.end(), stronger);
        found.insert(found.end(), cell.begin(), cell.begin() + static_cast<std::ptrdiff_t>(share));
        left -= share;
    }
    std::sort(found.begin(), found.end(), stronger);
    return found;
}

}  // namespace nightstack
