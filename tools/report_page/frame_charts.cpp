// SPDX-License-Identifier: MIT
#include "tools/report_page/frame_charts.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "tools/report_page/chart_axes.h"
#include "tools/report_page/html_text.h"

namespace nightstack::tools::page {
namespace {

constexpr double kWidth = 640, kHeight = 230;
constexpr double kLeft = 62, kRight = 626, kTop = 26, kBottom = 190;
constexpr std::size_t kPlaces = 400;

struct Value {
    std::size_t frame = 0;  // from 0
    double value = 0;
    bool stacked = false;
};

struct Chart {
    const char* id;
    const char* title;
    const char* unit;  // " px" or ""
    std::function<std::optional<double>(const PageFrame&)> value;
};

std::vector<Value> values_of(std::span<const PageFrame> frames, const Chart& chart) {
    std::vector<Value> out;
    for (std::size_t i = 0; i < frames.size(); ++i) {
        if (const auto v = chart.value(frames[i])) out.push_back({i, *v, frames[i].stacked()});
    }
    return out;
}

std::vector<double> those(const std::vector<Value>& values, bool stacked) {
    std::vector<double> out;
    for (const Value& v : values) {
        if (v.stacked == stacked) out.push_back(v.value);
    }
    return out;
}

Span span_of(const std::vector<double>& values) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return {*low, *high};
}

// All stacked frames; of the others what is not so far away that nothing else could be seen.
Span shown_span(const std::vector<double>& stacked, const std::vector<double>& others) {
    if (stacked.empty()) return span_of(others);
    const Span inner = span_of(stacked);
    const double room = std::max(inner.high - inner.low, 0.05 * std::abs(median_of(stacked)));
    Span span = inner;
    for (const double v : others) {
        span.low = std::min(span.low, std::max(v, inner.low - room));
        span.high = std::max(span.high, std::min(v, inner.high + room));
    }
    const double edge = 0.04 * (span.high - span.low);
    return {span.low - edge, span.high + edge};
}

// A stroke from the lowest to the highest value of each place; of one value, with round ends, a dot.
std::string marks(const std::vector<Value>& values, bool stacked, std::size_t frames, const Axis& x, const Axis& y) {
    struct Place {
        bool any = false;
        double low = 0, high = 0;
    };
    const std::size_t count = std::min(frames, kPlaces);
    std::vector<Place> places(count);
    for (const Value& v : values) {
        if (v.stacked != stacked) continue;
        Place& p = places[v.frame * count / frames];
        p = {true, p.any ? std::min(p.low, v.value) : v.value, p.any ? std::max(p.high, v.value) : v.value};
    }
    std::string path;
    for (std::size_t i = 0; i < count; ++i) {
        if (!places[i].any) continue;
        const double at =
            x(1 + (static_cast<double>(i) + 0.5) * static_cast<double>(frames) / static_cast<double>(count) - 0.5);
        if (stacked) {
            path += "M" + px(at) + " " + px(y.inside(places[i].low)) + "V" + px(y.inside(places[i].high));
            continue;
        }
        for (const double v : {places[i].low, places[i].high}) {
            path += "M" + px(at - 3) + " " + px(y.inside(v) - 3) + "l6 6m0-6l-6 6";
            if (places[i].low == places[i].high) break;
        }
    }
    if (path.empty()) return path;
    return "<path class=\"" + std::string(stacked ? "dots" : "crosses") + "\" d=\"" + path + "\"/>";
}

std::string description(const Chart& chart, const std::vector<double>& stacked, const std::vector<double>& others) {
    std::string text;
    const auto number = [&](double v) { return significant(v) + chart.unit; };
    if (!stacked.empty()) {
        const Span span = span_of(stacked);
        text = std::to_string(stacked.size()) + " stacked (dots): " + number(span.low) + " to " + number(span.high) +
               ", median " + number(median_of(stacked)) + ".";
    }
    if (!others.empty()) {
        const Span span = span_of(others);
        text += (text.empty() ? "" : " ") + std::to_string(others.size()) +
                " not stacked (crosses): " + number(span.low) + " to " + number(span.high) + ".";
    }
    return text;
}

std::string figure(std::span<const PageFrame> frames, const Chart& chart) {
    const std::vector<Value> values = values_of(frames, chart);
    if (values.empty()) return "";
    const std::vector<double> stacked = those(values, true);
    const std::vector<double> others = those(values, false);
    const Axis x = Axis::linear({0.5, static_cast<double>(frames.size()) + 0.5}, kLeft, kRight, 1);
    const Axis y = Axis::linear(shown_span(stacked, others), kBottom, kTop);
    const std::string unit = chart.unit[0] == ' ' ? chart.unit + 1 : chart.unit;
    return chart_figure(chart.id, chart.title, description(chart, stacked, others), kWidth, kHeight,
                        axes_svg(x, y, "frame", unit) + marks(values, true, frames.size(), x, y) +
                            marks(values, false, frames.size(), x, y));
}

}  // namespace

double median_of(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

double turn_deg(const std::array<double, 9>& t) {
    const double deg = std::atan2(t[3], t[0]) * 180 / std::numbers::pi;
    return std::isfinite(deg) ? deg : 0;
}

std::string frame_charts(std::span<const PageFrame> frames) {
    const auto rotation = [](const PageFrame& f) {
        return f.ref_from_frame ? std::optional(turn_deg(*f.ref_from_frame)) : std::nullopt;
    };
    const Chart charts[] = {
        {"c-fwhm", "Width of the stars (FWHM)", " px", [](const PageFrame& f) { return f.fwhm_px; }},
        {"c-background", "Brightness of the sky", " ADU", [](const PageFrame& f) { return f.background; }},
        {"c-transparency", "Transparency against the reference", "", [](const PageFrame& f) { return f.transparency; }},
        {"c-stars", "Stars found", "", [](const PageFrame& f) { return f.stars; }},
        {"c-residual", "Distance from the reference after alignment", " px",
         [](const PageFrame& f) { return f.residual_px; }},
        {"c-roundness", "Roundness of the stars", "", [](const PageFrame& f) { return f.roundness; }},
        {"c-sharpness", "Sharpness", "", [](const PageFrame& f) { return f.sharpness; }},
        {"c-rotation", "Rotation against the reference", " degrees", rotation},
    };
    std::string out;
    for (const Chart& chart : charts) out += figure(frames, chart);
    return out;
}

}  // namespace nightstack::tools::page
