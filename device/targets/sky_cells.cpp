// SPDX-License-Identifier: MIT
#include "device/targets/sky_cells.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace nightstack::device {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

double apart_deg(const UnitVector& a, const UnitVector& b) {
    return std::acos(std::clamp(dot(a, b), -1.0, 1.0)) / kDegree;
}

SkyCell make_cell(const Equatorial& corner, double width, double height) {
    SkyCell cell{corner, width, height, 0, {}, 0};
    const double north = corner.dec_deg + height;
    cell.middle = unit_vector({corner.ra_deg + width / 2, corner.dec_deg + height / 2});
    // No point of a cell is farther from its middle than its corners: along a parallel the distance grows with the
    // difference in right ascension, along a meridian outwards.
    for (const double dec : {corner.dec_deg, north})
        cell.reach_deg = std::max(cell.reach_deg, apart_deg(cell.middle, unit_vector({corner.ra_deg, dec})));
    cell.area_deg2 = (std::sin(north * kDegree) - std::sin(corner.dec_deg * kDegree)) / kDegree * width;
    return cell;
}

}  // namespace

UnitVector unit_vector(const Equatorial& place) {
    const double ra = place.ra_deg * kDegree;
    const double dec = place.dec_deg * kDegree;
    return {std::cos(dec) * std::cos(ra), std::cos(dec) * std::sin(ra), std::sin(dec)};
}

double dot(const UnitVector& a, const UnitVector& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

SkyCells::SkyCells(int bands) : bands_(bands) {
    assert(bands >= 1 && bands <= 1000);
    const double height = 180.0 / bands;
    for (int band = 0; band < bands; ++band) {
        const double south = -90 + height * band;
        const double around = 360 * std::cos((south + height / 2) * kDegree) / height;
        const int columns = std::max(3, static_cast<int>(std::lrint(around)));
        for (int column = 0; column < columns; ++column)
            cells_.push_back(make_cell({360.0 * column / columns, south}, 360.0 / columns, height));
    }
}

std::vector<CellInCone> SkyCells::in_cone(const Equatorial& centre, double radius_deg) const {
    // A hair more than asked: the arc cosine of nearly 1 is coarse, and one cell too many costs nothing.
    constexpr double kHair = 1e-5;
    const UnitVector axis = unit_vector(centre);
    std::vector<CellInCone> found;
    for (int i = 0; i < size(); ++i) {
        const SkyCell& cell = (*this)[i];
        if (std::abs(cell.corner.dec_deg + cell.height_deg / 2 - centre.dec_deg) > radius_deg + cell.height_deg)
            continue;
        const double distance = apart_deg(axis, cell.middle);
        if (distance > radius_deg + cell.reach_deg + kHair) continue;
        found.push_back({i, distance + cell.reach_deg + kHair < radius_deg});
    }
    return found;
}

}  // namespace nightstack::device
