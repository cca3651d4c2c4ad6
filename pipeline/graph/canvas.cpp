// SPDX-License-Identifier: MIT
#include "pipeline/graph/canvas.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/core/error.h"
#include "pipeline/stages/registration/plausible.h"

namespace nightstack {
namespace {

// The edge of a frame on the reference: four corners, more points where a lens bends it.
using Outline = std::vector<Point>;

struct Interval {
    double left = -std::numeric_limits<double>::infinity();
    double right = std::numeric_limits<double>::infinity();
};

// Corners by pixel centres: half a pixel further out there is nothing to interpolate between.
Outline footprint(const Transform& ref_from_frame, int width, int height, const std::optional<RadialDistortion>& lens) {
    const double w = width - 1;
    const double h = height - 1;
    const std::array<Point, 4> corners{Point{0, 0}, Point{w, 0}, Point{w, h}, Point{0, h}};
    const int steps = lens ? 64 : 1;  // a chord of a 64th of a side is off by a thousandth of the side's own bend
    Outline outline;
    for (std::size_t i = 0; i < 4; ++i) {
        const Point a = corners[i];
        const Point b = corners[(i + 1) % 4];
        for (int k = 0; k < steps; ++k) {
            const double t = static_cast<double>(k) / steps;
            const Point p{a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
            outline.push_back(lens ? lens->frame_from_ideal(ref_from_frame(lens->ideal_from_frame(p)))
                                   : ref_from_frame(p));
        }
    }
    return outline;
}

// Of a line that leaves an outline and comes back, as where an edge bows inwards, the longest part inside.
std::optional<Interval> longest_part(const Outline& quad, double y) {
    std::vector<double> crossings;
    for (std::size_t i = 0; i < quad.size(); ++i) {
        const Point a = quad[i];
        const Point b = quad[(i + 1) % quad.size()];
        if ((a.y <= y) != (b.y <= y)) crossings.push_back(a.x + (y - a.y) / (b.y - a.y) * (b.x - a.x));
    }
    if (crossings.size() <= 2) return std::nullopt;
    std::sort(crossings.begin(), crossings.end());
    Interval best{0, -1};
    for (std::size_t i = 0; i + 1 < crossings.size(); i += 2) {
        if (crossings[i + 1] - crossings[i] > best.right - best.left) best = {crossings[i], crossings[i + 1]};
    }
    return best;
}

// What a horizontal line shares with an outline; left > right when nothing.
Interval cut(const Outline& quad, double y) {
    if (const auto part = longest_part(quad, y)) return *part;
    Interval found{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
    for (std::size_t i = 0; i < quad.size(); ++i) {
        const Point a = quad[i];
        const Point b = quad[(i + 1) % quad.size()];
        if (std::min(a.y, b.y) > y || std::max(a.y, b.y) < y) continue;
        const double t = a.y == b.y ? 0 : (y - a.y) / (b.y - a.y);
        const double x = a.x + t * (b.x - a.x);
        const double other = a.y == b.y ? b.x : x;
        found.left = std::min({found.left, x, other});
        found.right = std::max({found.right, x, other});
    }
    return found;
}

Interval shared(const Interval& a, const Interval& b) { return {std::max(a.left, b.left), std::min(a.right, b.right)}; }

Rect bounding_box(const std::vector<Outline>& quads) {
    double x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    bool first = true;
    for (const Outline& quad : quads) {
        for (const Point& p : quad) {
            if (!std::isfinite(p.x) || !std::isfinite(p.y) || std::abs(p.x) > 1e6 || std::abs(p.y) > 1e6) {
                throw OptionError("a frame's corner lies at " + std::to_string(p.x) + ", " + std::to_string(p.y) +
                                  " of the reference frame: its transform is wrong");
            }
            x0 = first ? p.x : std::min(x0, p.x);
            y0 = first ? p.y : std::min(y0, p.y);
            x1 = first ? p.x : std::max(x1, p.x);
            y1 = first ? p.y : std::max(y1, p.y);
            first = false;
        }
    }
    // A corner off by rounding only must not add an empty row.
    constexpr double kHair = 1e-3;
    const int left = static_cast<int>(std::floor(x0 + kHair));
    const int top = static_cast<int>(std::floor(y0 + kHair));
    return {left, top, static_cast<int>(std::ceil(x1 - kHair)) - left + 1,
            static_cast<int>(std::ceil(y1 - kHair)) - top + 1};
}

// The largest upright rectangle inside the intersection of outlines. A bent one need not be convex, so all rows between
// the first and the last have a say.
Rect largest_common_rectangle(const std::vector<Outline>& quads, const Rect& box) {
    std::vector<Interval> rows(static_cast<std::size_t>(box.height));
    for (int i = 0; i < box.height; ++i) {
        Interval& row = rows[static_cast<std::size_t>(i)];
        for (const Outline& quad : quads) row = shared(row, cut(quad, box.y + i));
        row = {std::ceil(row.left - 1e-6), std::floor(row.right + 1e-6)};
    }
    Rect best;
    double best_area = 0;
    for (int a = 0; a < box.height; ++a) {
        Interval both;
        for (int b = a; b < box.height; ++b) {
            both = shared(both, rows[static_cast<std::size_t>(b)]);
            const double area = (both.right - both.left + 1) * (b - a + 1);
            if (!(both.right >= both.left) || area <= best_area) continue;
            best_area = area;
            best = {static_cast<int>(both.left), box.y + a, static_cast<int>(both.right - both.left) + 1, b - a + 1};
        }
    }
    return best;
}

}  // namespace

Canvas plan_canvas(std::span<const Transform> ref_from_frame, int width, int height, Framing framing, double scale,
                   const std::optional<RadialDistortion>& lens) {
    Rect area{0, 0, width, height};
    if (framing != Framing::reference) {
        std::vector<Outline> quads;
        for (const Transform& t : ref_from_frame) {
            // Whoever registers asks `implausible` first; a transform from elsewhere must not fold the canvas either.
            if (!(least_denominator(t, width, height).value > kLeastDenominator))
                throw OptionError("a frame's homography folds it over; its transform is wrong");
            quads.push_back(footprint(t, width, height, lens));
        }
        area = bounding_box(quads);
        if (framing == Framing::common) area = largest_common_rectangle(quads, area);
    }
    const auto cells = [&](int length) { return static_cast<int>(std::ceil(length * scale - 1e-9)); };
    Canvas canvas{area.x, area.y, cells(area.width), cells(area.height), scale};
    if (framing != Framing::max) {  // never beyond what was asked for
        canvas.width = static_cast<int>(std::floor(area.width * scale + 1e-9));
        canvas.height = static_cast<int>(std::floor(area.height * scale + 1e-9));
    }
    if (canvas.width < 1 || canvas.height < 1) throw OptionError("--framing common: the frames have no area in common");
    if (canvas.width > kMaxCanvasSide || canvas.height > kMaxCanvasSide) {
        throw OptionError("the stack would be " + std::to_string(canvas.width) + " x " + std::to_string(canvas.height) +
                          " pixels, at most " + std::to_string(kMaxCanvasSide) + " a side; use --framing reference");
    }
    return canvas;
}

}  // namespace nightstack
