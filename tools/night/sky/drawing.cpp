// SPDX-License-Identifier: MIT
#include "tools/night/sky/drawing.h"

#include <algorithm>
#include <cmath>

#include "pipeline/core/error.h"
#include "tools/night/sky/small_font.h"

namespace nightstack::tools {
namespace {

constexpr Ink kBlack{0, 0, 0};
constexpr double kShadow = 0.75;  // what is behind shines through a little

double apart(Point a, Point b) { return std::hypot(a.x - b.x, a.y - b.y); }

double distance_to_line(Point p, Point from, Point to) {
    const double dx = to.x - from.x, dy = to.y - from.y;
    const double square = dx * dx + dy * dy;
    const double along = square > 0 ? std::clamp(((p.x - from.x) * dx + (p.y - from.y) * dy) / square, 0.0, 1.0) : 0;
    return apart(p, {from.x + along * dx, from.y + along * dy});
}

// The pixels between, with room for the pen and its shadow; kept small however far away the points are.
Rect box_of(double left, double top, double right, double bottom, double room) {
    const auto whole = [](double v) { return static_cast<int>(std::clamp(v, -1e6, 1e6)); };
    const int x = whole(std::floor(left - room)), y = whole(std::floor(top - room));
    return {x, y, whole(std::ceil(right + room)) - x + 1, whole(std::ceil(bottom + room)) - y + 1};
}

}  // namespace

Drawing::Drawing(std::span<std::uint8_t> rgb, int width, int height, int pen)
    : rgb_(rgb), width_(width), height_(height), pen_(std::max(1, pen)) {
    if (width < 0 || height < 0 || rgb.size() != static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3)
        throw OptionError("a picture of " + std::to_string(rgb.size()) + " samples is not one of " +
                          std::to_string(width) + " x " + std::to_string(height) + " pixels in three colours");
}

void Drawing::mix(int x, int y, Ink ink, double share) {
    if (x < 0 || y < 0 || x >= width_ || y >= height_ || !(share > 0)) return;
    std::uint8_t* p =
        &rgb_[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)) * 3];
    for (std::size_t c = 0; c < 3; ++c)
        p[c] = static_cast<std::uint8_t>(std::lround(p[c] + std::min(1.0, share) * (ink[c] - p[c])));
}

template <class Distance>
void Drawing::stroke(const Rect& box, double half_width, Ink ink, const Distance& distance) {
    const int right = std::min(width_, box.right()), bottom = std::min(height_, box.bottom());
    const auto pass = [&](Ink colour, double half, double most) {
        for (int y = std::max(0, box.y); y < bottom; ++y) {
            for (int x = std::max(0, box.x); x < right; ++x) {
                const double d = distance(Point{static_cast<double>(x), static_cast<double>(y)});
                mix(x, y, colour, most * std::clamp(half + 0.5 - d, 0.0, 1.0));
            }
        }
    };
    pass(kBlack, half_width + 0.5 * pen_, kShadow);
    pass(ink, half_width, 1);
}

void Drawing::line(Point from, Point to, Ink ink) {
    const Rect box = box_of(std::min(from.x, to.x), std::min(from.y, to.y), std::max(from.x, to.x),
                            std::max(from.y, to.y), 2.0 * pen_);
    stroke(box, 0.5 * pen_, ink, [&](Point p) { return distance_to_line(p, from, to); });
}

void Drawing::circle(Point middle, double radius, Ink ink) {
    const Rect box = box_of(middle.x - radius, middle.y - radius, middle.x + radius, middle.y + radius, 2.0 * pen_);
    stroke(box, 0.5 * pen_, ink, [&](Point p) { return std::abs(apart(p, middle) - radius); });
}

// A dot of a letter is a square of pens; its shadow reaches one pixel of the picture around it, for each pen.
void Drawing::text(Point corner, std::string_view text, Ink ink) {
    const int x0 = static_cast<int>(std::lround(std::clamp(corner.x, -1e6, 1e6)));
    const int y0 = static_cast<int>(std::lround(std::clamp(corner.y, -1e6, 1e6)));
    const auto each_dot = [&](const auto& draw) {
        for (std::size_t i = 0; i < text.size() && i < 1000; ++i) {
            for (int gy = 0; gy < kGlyphHeight; ++gy) {
                for (int gx = 0; gx < kGlyphWidth; ++gx) {
                    if (glyph_pixel(text[i], gx, gy))
                        draw(x0 + (static_cast<int>(i) * kGlyphAdvance + gx) * pen_, y0 + gy * pen_);
                }
            }
        }
    };
    const auto square = [&](int x, int y, int from, int to, Ink colour, double share) {
        for (int dy = from; dy < to; ++dy) {
            for (int dx = from; dx < to; ++dx) mix(x + dx, y + dy, colour, share);
        }
    };
    each_dot([&](int x, int y) { square(x, y, -pen_, 2 * pen_, kBlack, 0.5); });
    each_dot([&](int x, int y) { square(x, y, 0, pen_, ink, 1); });
}

int Drawing::text_width(std::string_view text) const {
    return text.empty() ? 0 : (static_cast<int>(std::min<std::size_t>(text.size(), 1000)) * kGlyphAdvance - 1) * pen_;
}

int Drawing::text_height() const { return kGlyphHeight * pen_; }

}  // namespace nightstack::tools
