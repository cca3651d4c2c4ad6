// SPDX-License-Identifier: MIT
#include "tools/report_page/sky_charts.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tools/report_page/chart_axes.h"
#include "tools/report_page/frame_charts.h"
#include "tools/report_page/html_text.h"

namespace nightstack::tools::page {
namespace {

constexpr double kWidth = 640, kHeight = 330;
constexpr double kLeft = 62, kRight = 626, kTop = 26, kBottom = 290;
constexpr std::size_t kMostPoints = 500;
constexpr double kFarthest = 1e5;  // pixels; no frame that was laid lies further off

struct Place {
    double x = 0, y = 0;
    bool stacked = false;
};

bool usable(const StackNoise& m) {
    return std::isfinite(m.frames) && std::isfinite(m.noise) && m.frames > 0 && m.noise > 0 && m.frames < 1e12 &&
           m.noise < 1e12 && m.noise > 1e-12;
}

std::string dot(double x, double y) { return "M" + px(x) + " " + px(y) + "v0"; }

// The first and the last stay.
template <class T>
std::vector<T> thinned(const std::vector<T>& all) {
    if (all.size() <= kMostPoints) return all;
    std::vector<T> out;
    for (std::size_t i = 0; i < kMostPoints; ++i) out.push_back(all[i * (all.size() - 1) / (kMostPoints - 1)]);
    return out;
}

std::string fit_line(const NoiseFit& fit, const Axis& x, const Axis& y) {
    std::string path;
    constexpr int kSteps = 80;
    const Span n = x.span();
    for (int i = 0; i <= kSteps; ++i) {
        const double at = n.low * std::pow(n.high / n.low, static_cast<double>(i) / kSteps);
        const double variance = fit.variance(at);
        if (!(variance > 0) || !std::isfinite(variance)) continue;
        const double noise = std::sqrt(variance);
        if (noise < y.span().low || noise > y.span().high) continue;
        path += (path.empty() ? "M" : "L") + px(x(at)) + " " + px(y(noise));
    }
    return path.empty() ? "" : "<path class=\"line\" d=\"" + path + "\"/>";
}

std::vector<Place> places_of(const PageReport& report) {
    std::vector<Place> out;
    if (!report.canvas) return out;
    const PageReport::Canvas& c = *report.canvas;
    const double x0 = c.x0 + c.width / c.scale / 2;
    const double y0 = c.y0 + c.height / c.scale / 2;
    for (const PageFrame& f : report.frames) {
        if (!f.ref_from_frame) continue;
        const auto& t = *f.ref_from_frame;
        const double w = t[6] * x0 + t[7] * y0 + t[8];
        const double x = (t[0] * x0 + t[1] * y0 + t[2]) / w - x0;
        const double y = (t[3] * x0 + t[4] * y0 + t[5]) / w - y0;
        if (std::abs(x) < kFarthest && std::abs(y) < kFarthest) out.push_back({x, y, f.stacked()});
    }
    return out;
}

std::string ring(const Place& p, const Axis& x, const Axis& y, const char* word) {
    return "<circle class=\"ring\" cx=\"" + px(x(p.x)) + "\" cy=\"" + px(y(p.y)) + "\" r=\"6\"/><text x=\"" +
           px(x(p.x) + 9) + "\" y=\"" + px(y(p.y) - 7) + "\">" + word + "</text>";
}

}  // namespace

std::string noise_chart(std::span<const StackNoise> measured, const std::optional<NoiseFit>& fit) {
    std::vector<StackNoise> points;
    std::copy_if(measured.begin(), measured.end(), std::back_inserter(points), usable);
    if (points.size() < 2) return "";
    std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.frames < b.frames; });
    Span noise{points.front().noise, points.front().noise};
    for (const StackNoise& m : points) noise = {std::min(noise.low, m.noise), std::max(noise.high, m.noise)};
    const Axis x = Axis::logarithmic({points.front().frames, points.back().frames}, kLeft, kRight);
    const Axis y = Axis::logarithmic({noise.low / 1.15, noise.high * 1.15}, kBottom, kTop);
    std::string dots;
    for (const StackNoise& m : thinned(points)) dots += dot(x(m.frames), y(m.noise));
    std::string text = "From " + significant(points.front().noise, 3) + " ADU at " +
                       significant(points.front().frames, 3) + " frames to " + significant(points.back().noise, 3) +
                       " ADU at " + significant(points.back().frames, 4) + ".";
    if (fit) {
        text += " The line is sqrt(a/n + b): one frame has " + significant(std::sqrt(std::max(0.0, fit->a)), 3) +
                " ADU, of which ";
        text +=
            fit->b > 0 ? significant(std::sqrt(fit->b), 3) + " ADU stay however many are added." : "all averages away.";
    }
    return chart_figure("c-noise", "Noise of the stack against its depth", text, kWidth, kHeight,
                        axes_svg(x, y, "frames in the stack", "ADU") + (fit ? fit_line(*fit, x, y) : "") +
                            "<path class=\"dots\" d=\"" + dots + "\"/>");
}

std::string track_chart(const PageReport& report) {
    const std::vector<Place> places = places_of(report);
    if (places.size() < 2) return "";
    Span xs{places.front().x, places.front().x};
    Span ys{places.front().y, places.front().y};
    for (const Place& p : places) {
        xs = {std::min(xs.low, p.x), std::max(xs.high, p.x)};
        ys = {std::min(ys.low, p.y), std::max(ys.high, p.y)};
    }
    // One scale for both directions.
    const double per_px =
        std::max({(xs.high - xs.low) / (kRight - kLeft), (ys.high - ys.low) / (kBottom - kTop), 1e-3}) * 1.15;
    const auto around = [&](Span s, double length) {
        const double middle = (s.low + s.high) / 2;
        return Span{middle - per_px * length / 2, middle + per_px * length / 2};
    };
    const Axis x = Axis::linear(around(xs, kRight - kLeft), kLeft, kRight);
    const Axis y = Axis::linear(around(ys, kBottom - kTop), kTop, kBottom);  // rows count downwards
    std::string line;
    std::string dots;
    std::string crosses;
    for (const Place& p : thinned(places)) {
        const double at_x = x(p.x);
        const double at_y = y(p.y);
        if (p.stacked) {
            line += (line.empty() ? "M" : "L") + px(at_x) + " " + px(at_y);
            dots += dot(at_x, at_y);
        } else {
            crosses += "M" + px(at_x - 3) + " " + px(at_y - 3) + "l6 6m0-6l-6 6";
        }
    }
    const std::string text = "Where the middle of each of " + std::to_string(places.size()) +
                             " frames lies on the reference: " + significant(xs.high - xs.low, 3) + " px across and " +
                             significant(ys.high - ys.low, 3) + " px down in all.";
    return chart_figure("c-track", "Motion over the sky", text, kWidth, kHeight,
                        axes_svg(x, y, "px to the right", "px down") + "<path class=\"thin\" d=\"" + line +
                            "\"/><path class=\"dots\" d=\"" + dots + "\"/><path class=\"crosses\" d=\"" + crosses +
                            "\"/>" + ring(places.front(), x, y, "first") + ring(places.back(), x, y, "last"));
}

}  // namespace nightstack::tools::page
