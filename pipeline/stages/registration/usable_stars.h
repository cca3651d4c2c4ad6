// SPDX-License-Identifier: MIT
// What the matcher keeps of a star list: places that can be trusted, brightest first. Inner part of
// the registration room; values, no thread rule.
#pragma once

#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/core/star.h"

namespace nightstack {

// A place and the position of its star in the caller's list.
struct StarPoint {
    double x = 0;
    double y = 0;
    int index = 0;
};

// Drops places that are not finite or lie further out than any sensor reaches, orders by (flux
// descending, y, x), drops a star closer than `separation_px` to a brighter one (a star listed
// twice must not count as two proofs), and keeps at most `limit`.
std::vector<StarPoint> usable_stars(const StarList& stars, double separation_px, int limit);

// The smallest rectangle that holds all points; x0 > x1 when there are none.
struct Extent {
    double x0 = 0;
    double y0 = 0;
    double x1 = -1;
    double y1 = -1;
    bool contains(Point p, double margin) const {
        return p.x >= x0 - margin && p.x <= x1 + margin && p.y >= y0 - margin && p.y <= y1 + margin;
    }
};
Extent extent_of(std::span<const StarPoint> points);

// The area the points fill: 12 sqrt(det covariance), which is width x height for an even rectangle
// and nearly nothing for stars on a line, however the line is turned. 0 for fewer than three points.
double filled_area(std::span<const StarPoint> points);

}  // namespace nightstack
