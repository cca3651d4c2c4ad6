// SPDX-License-Identifier: MIT
// Lines, circles and letters on an 8-bit RGB picture, for captions. What lies beyond its edges is not drawn. Pure but
// for the picture; one thread for each.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "pipeline/core/geometry.h"

namespace nightstack::tools {

using Ink = std::array<std::uint8_t, 3>;

class Drawing {
public:
    // `rgb` is borrowed: width * height * 3 samples, interleaved, row 0 on top. Throws OptionError when it has another
    // size. `pen` is the width of lines, and of a dot of a letter in pixels.
    Drawing(std::span<std::uint8_t> rgb, int width, int height, int pen);

    int width() const { return width_; }
    int height() const { return height_; }
    int pen() const { return pen_; }

    // With soft edges, on a black that is wider, so that it can be read on anything.
    void line(Point from, Point to, Ink ink);
    void circle(Point middle, double radius, Ink ink);
    void text(Point corner, std::string_view text, Ink ink);  // `corner`: its upper left one

    int text_width(std::string_view text) const;
    int text_height() const;

private:
    void mix(int x, int y, Ink ink, double share);
    template <class Distance>
    void stroke(const Rect& box, double half_width, Ink ink, const Distance& distance);

    std::span<std::uint8_t> rgb_;
    int width_, height_, pen_;
};

}  // namespace nightstack::tools
