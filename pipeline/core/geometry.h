// SPDX-License-Identifier: MIT
// Points and rectangles in pixels. The one convention of the whole program: x grows to the right,
// y grows downwards with the array row, pixel centres lie at integers, so a frame of width w covers
// the continuous range [-0.5, w - 0.5).
#pragma once

#include <algorithm>

namespace nightstack {

struct Point {
    double x = 0;
    double y = 0;
    friend bool operator==(const Point&, const Point&) = default;
};

// Half open: covers columns [x, x + width) and rows [y, y + height).
struct Rect {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;

    int right() const { return x + width; }
    int bottom() const { return y + height; }
    bool empty() const { return width <= 0 || height <= 0; }
    bool contains(const Rect& other) const {
        return other.x >= x && other.y >= y && other.right() <= right() && other.bottom() <= bottom();
    }
    friend bool operator==(const Rect&, const Rect&) = default;
};

// The common part; empty (width or height 0) when there is none.
inline Rect intersected(const Rect& a, const Rect& b) {
    const int x0 = std::max(a.x, b.x);
    const int y0 = std::max(a.y, b.y);
    const int x1 = std::min(a.right(), b.right());
    const int y1 = std::min(a.bottom(), b.bottom());
    return {x0, y0, std::max(0, x1 - x0), std::max(0, y1 - y0)};
}

// The smallest that holds both; an empty one adds nothing.
inline Rect united(const Rect& a, const Rect& b) {
    if (a.empty()) return b;
    if (b.empty()) return a;
    const int x0 = std::min(a.x, b.x);
    const int y0 = std::min(a.y, b.y);
    return {x0, y0, std::max(a.right(), b.right()) - x0, std::max(a.bottom(), b.bottom()) - y0};
}

// Grown by `border_px` on every side.
inline Rect grown(const Rect& r, int border_px) {
    return {r.x - border_px, r.y - border_px, r.width + 2 * border_px, r.height + 2 * border_px};
}

}  // namespace nightstack
