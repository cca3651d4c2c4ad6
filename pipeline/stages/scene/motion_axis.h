// SPDX-License-Identifier: MIT
// A way in which a scene may move: a mix of shift, turn and scale about a middle, by so much that points at `radius`
// from it move by about as much for each. Values; any thread.
#pragma once

#include <array>
#include <cmath>
#include <cstddef>

#include "pipeline/core/geometry.h"
#include "pipeline/core/transform.h"

namespace nightstack {

// Shift x, shift y, turn, scale, all in px.
using MotionTerms = std::array<double, 4>;

struct MotionAxis {
    MotionTerms unit{};  // of length 1
    Point middle;
    double radius = 1;
    bool is_turn() const { return unit[2] * unit[2] + unit[3] * unit[3] > 0.5; }
};

inline double dot(const MotionTerms& a, const MotionTerms& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
}

inline Transform motion_of(Point middle, double radius, const MotionTerms& t) {
    const double turn = t[2] / radius, scale = 1 + t[3] / radius;
    const double c = scale / std::sqrt(1 + turn * turn), s = turn * c;
    return Transform({c, -s, middle.x - c * middle.x + s * middle.y + t[0], s, c,
                      middle.y - s * middle.x - c * middle.y + t[1], 0, 0, 1});
}

// The other way around, of a similarity.
inline MotionTerms terms_of(Point middle, double radius, const Transform& motion) {
    const auto& m = motion.row_major();
    const Point to = motion(middle);
    return {to.x - middle.x, to.y - middle.y, radius * m[3] / m[0],
            radius * (std::sqrt(m[0] * m[0] + m[3] * m[3]) - 1)};
}

}  // namespace nightstack
