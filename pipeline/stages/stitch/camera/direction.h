// SPDX-License-Identifier: MIT
// Where a ray points: x to the right, y down, z forward, as a camera sees it. Plain values.
#pragma once

#include <cmath>

namespace nightstack {

struct Direction {
    double x = 0, y = 0, z = 1;
    friend bool operator==(const Direction&, const Direction&) = default;
};

inline double dot(const Direction& a, const Direction& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Direction cross(const Direction& a, const Direction& b) {
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline double length(const Direction& d) { return std::sqrt(dot(d, d)); }
// Of a vector that is not 0.
inline Direction unit(const Direction& d) {
    const double s = 1 / length(d);
    return {d.x * s, d.y * s, d.z * s};
}
// Of two unit vectors, exact also where it is tiny.
inline double angle_rad(const Direction& a, const Direction& b) { return std::atan2(length(cross(a, b)), dot(a, b)); }

}  // namespace nightstack
