// SPDX-License-Identifier: MIT
// The sky cut into cells of about equal size: bands of declination from the south pole up, each divided into equal
// steps of right ascension from 0. Cells are numbered band by band. Constant once made: any thread.
#pragma once

#include <array>
#include <vector>

#include "device/model/target.h"

namespace nightstack::device {

using UnitVector = std::array<double, 3>;

UnitVector unit_vector(const Equatorial& place);
double dot(const UnitVector& a, const UnitVector& b);

struct SkyCell {
    Equatorial corner;  // least right ascension and declination
    double width_deg = 0;
    double height_deg = 0;
    double area_deg2 = 0;
    UnitVector middle{};
    double reach_deg = 0;  // from the middle to the farthest point
};

// A cell that a cone may touch.
struct CellInCone {
    int cell = 0;
    bool whole = false;  // all of it lies inside
};

class SkyCells {
public:
    // max(3, 360 cos(middle of the band) / height, rounded) cells in each band. `bands` is 1 to 1000.
    explicit SkyCells(int bands);

    int bands() const { return bands_; }
    int size() const { return static_cast<int>(cells_.size()); }
    const SkyCell& operator[](int cell) const { return cells_[static_cast<std::size_t>(cell)]; }

    std::vector<CellInCone> in_cone(const Equatorial& centre, double radius_deg) const;

private:
    int bands_;
    std::vector<SkyCell> cells_;
};

}  // namespace nightstack::device
