// SPDX-License-Identifier: MIT
#include "pipeline/stages/calibrate/defect_map.h"

#include <algorithm>
#include <cassert>
#include <string>
#include <tuple>

#include "pipeline/core/error.h"

namespace nightstack {

DefectMap::DefectMap(int width, int height, std::vector<DefectPixel> pixels) : width_(width), height_(height) {
    std::sort(pixels.begin(), pixels.end(),
              [](const DefectPixel& a, const DefectPixel& b) { return std::tie(a.y, a.x) < std::tie(b.y, b.x); });
    row_begins_.assign(static_cast<std::size_t>(height) + 1, 0);
    const DefectPixel* last = nullptr;
    for (const DefectPixel& p : pixels) {
        if (p.x < 0 || p.x >= width || p.y < 0 || p.y >= height) {
            throw OptionError("defect map: pixel " + std::to_string(p.x) + "," + std::to_string(p.y) +
                              " lies outside a sensor of " + std::to_string(width) + "x" + std::to_string(height));
        }
        if (last != nullptr && last->x == p.x && last->y == p.y) continue;
        last = &p;
        columns_.push_back(p.x);
        ++row_begins_[static_cast<std::size_t>(p.y) + 1];
    }
    for (std::size_t y = 1; y < row_begins_.size(); ++y) row_begins_[y] += row_begins_[y - 1];
}

std::span<const int> DefectMap::row(int y) const {
    assert(y >= 0 && y < height_);
    const std::size_t begin = row_begins_[static_cast<std::size_t>(y)];
    return std::span(columns_).subspan(begin, row_begins_[static_cast<std::size_t>(y) + 1] - begin);
}

bool DefectMap::contains(int x, int y) const {
    const std::span<const int> columns = row(y);
    return std::binary_search(columns.begin(), columns.end(), x);
}

}  // namespace nightstack
