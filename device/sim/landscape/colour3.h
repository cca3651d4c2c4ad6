// SPDX-License-Identifier: MIT
// Three numbers for red, green and blue in single precision: what the landscape reckons with. Plain values.
#pragma once

#include <algorithm>

namespace nightstack::device::sim {

struct Colour3 {
    float r = 0, g = 0, b = 0;

    friend Colour3 operator+(const Colour3& a, const Colour3& b) { return {a.r + b.r, a.g + b.g, a.b + b.b}; }
    friend Colour3 operator*(const Colour3& a, const Colour3& b) { return {a.r * b.r, a.g * b.g, a.b * b.b}; }
    friend Colour3 operator*(const Colour3& a, float f) { return {a.r * f, a.g * f, a.b * f}; }
};

inline Colour3 mix(const Colour3& a, const Colour3& b, float part) { return a * (1 - part) + b * part; }

// 0 below `from`, 1 above `to`, smooth in between.
inline float ramp(float from, float to, float value) {
    const float t = std::clamp((value - from) / (to - from), 0.0F, 1.0F);
    return t * t * (3 - 2 * t);
}

}  // namespace nightstack::device::sim
