// SPDX-License-Identifier: MIT
// The pixels of a sensor that cannot be trusted. A value; many may read it at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace nightstack {

struct DefectPixel {
    int x = 0;
    int y = 0;
};

class DefectMap {
public:
    DefectMap() = default;  // a sensor of size 0
    // Pixels in any order, repeated ones count once. Throws OptionError for one outside the sensor.
    DefectMap(int width, int height, std::vector<DefectPixel> pixels);

    int width() const { return width_; }
    int height() const { return height_; }
    std::size_t size() const { return columns_.size(); }
    bool empty() const { return columns_.empty(); }
    // Columns of the defects of row y, ascending.
    std::span<const int> row(int y) const;
    bool contains(int x, int y) const;

private:
    int width_ = 0;
    int height_ = 0;
    std::vector<std::size_t> row_begins_;  // height + 1
    std::vector<int> columns_;
};

}  // namespace nightstack
