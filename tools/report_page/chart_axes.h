// SPDX-License-Identifier: MIT
// The parts charts are made of: scales with ticks at round numbers, and SVG text. Pure.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace nightstack::tools::page {

struct Span {
    double low = 0, high = 0;
};

// From values to pixels of the drawing.
class Axis {
public:
    struct Tick {
        double at = 0;  // pixels
        std::string label;
    };

    // A span of no length is widened. `from` and `to` in pixels, of the low and the high end.
    static Axis linear(Span span, double from, double to, double least_step = 0);  // of its ticks
    // The span must lie above 0.
    static Axis logarithmic(Span span, double from, double to);

    double operator()(double value) const;                 // values outside land outside
    double inside(double value) const;                     // and here at the nearer end
    std::vector<Tick> ticks(int about) const;              // at most 3 * about + 2
    double first() const { return std::min(from_, to_); }  // the smaller coordinate of its ends
    double last() const { return std::max(from_, to_); }
    Span span() const { return span_; }

private:
    Axis(Span span, double from, double to, bool log, double least_step)
        : span_(span), from_(from), to_(to), log_(log), least_step_(least_step) {}
    Span span_;
    double from_, to_;
    bool log_;
    double least_step_;
};

// Grid, numbers and titles of both axes: those of x below, of y on the left.
std::string axes_svg(const Axis& x, const Axis& y, std::string_view x_title, std::string_view y_title);

// <figure> with a drawing of that size in its own pixels. `id` is unique in the page; `title` and `description` are for
// those who cannot see it, and stand in the caption: both escaped here.
std::string chart_figure(std::string_view id, std::string_view title, std::string_view description, double width,
                         double height, const std::string& drawing);

std::string px(double value);  // a coordinate: one digit after the point

}  // namespace nightstack::tools::page
