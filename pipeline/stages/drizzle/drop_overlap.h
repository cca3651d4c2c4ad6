// SPDX-License-Identifier: MIT
// The area two pixels of different grids share, exactly.
#pragma once

#include <array>

#include "pipeline/core/geometry.h"

namespace nightstack {

// A convex quadrangle, corners in order (either way round).
using Quad = std::array<Point, 4>;

// One quad, to be laid over many squares of the same size: what only the quad decides is computed once.
class QuadOverSquares {
public:
    // Squares are upright, of half side `half`.
    QuadOverSquares(const Quad& quad, double half);

    double area() const { return area_; }
    // Area of the quad inside the square about `centre`. At least 0.
    double overlap(Point centre) const;

private:
    struct Edge {
        Point from;  // in units of the square's side
        double to_x;
        double slope;
        double run_per_rise;  // 1 / slope; 0 where the edge is too flat for it
    };
    std::array<Edge, 4> edges_;
    double half_;
    double per_side_;
    double side2_;
    double area_;
};

}  // namespace nightstack
