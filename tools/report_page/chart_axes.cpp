// SPDX-License-Identifier: MIT
#include "tools/report_page/chart_axes.h"

#include <algorithm>
#include <cmath>

#include "tools/report_page/html_text.h"

namespace nightstack::tools::page {
namespace {

// 1, 2 or 5 times a power of ten, at least `least`.
double round_step(double least) {
    const double power = std::pow(10.0, std::floor(std::log10(least)));
    for (const double m : {1.0, 2.0, 5.0}) {
        if (m * power >= least * (1 - 1e-9)) return m * power;
    }
    return 10 * power;
}

std::string label_of(double value, double step) {
    if (std::abs(value) >= 1e6) return significant(value, 3);
    const double digits = std::ceil(-std::log10(step) - 1e-9);
    return digits > 6 ? significant(value, 3) : fixed(value, std::max(0, static_cast<int>(digits)));
}

}  // namespace

Axis Axis::linear(Span span, double from, double to, double least_step) {
    const double size = std::max(std::abs(span.low), std::abs(span.high));
    const double least = std::max(size * 1e-3, 1e-9);  // a scale that shows nothing but rounding helps nobody
    if (const double lacks = least - (span.high - span.low); lacks > 0) span = {span.low - lacks, span.high + lacks};
    return {span, from, to, false, least_step};
}

Axis Axis::logarithmic(Span span, double from, double to) {
    if (span.high < 1.2 * span.low) span = {span.low / 1.2, span.high * 1.2};
    return {span, from, to, true, 0};
}

double Axis::operator()(double value) const {
    const double share = log_ ? std::log(value / span_.low) / std::log(span_.high / span_.low)
                              : (value - span_.low) / (span_.high - span_.low);
    return from_ + share * (to_ - from_);
}

double Axis::inside(double value) const { return (*this)(std::clamp(value, span_.low, span_.high)); }

std::vector<Axis::Tick> Axis::ticks(int about) const {
    std::vector<Tick> out;
    const auto most = static_cast<std::size_t>(3 * about + 2);
    if (!log_) {
        const double step = std::max(least_step_, round_step((span_.high - span_.low) / about));
        for (double n = std::ceil(span_.low / step - 1e-9); n * step <= span_.high + step * 1e-9 && out.size() < most;
             ++n)
            out.push_back({(*this)(n * step), label_of(n * step, step)});
        return out;
    }
    const double decades = std::log10(span_.high / span_.low);
    const double jump = std::max(1.0, std::ceil(decades / about));  // decades between two ticks, where there are many
    for (double d = std::floor(std::log10(span_.low)); d <= std::log10(span_.high) && out.size() < most; d += jump) {
        for (const double m : {1.0, 2.0, 5.0}) {
            const double value = m * std::pow(10.0, d);
            if (m > 1 && decades > about / 2.0) break;
            if (value >= span_.low * (1 - 1e-9) && value <= span_.high * (1 + 1e-9))
                out.push_back({(*this)(value), significant(value, 3)});
        }
    }
    return out;
}

std::string px(double value) { return fixed(value, 1); }

std::string axes_svg(const Axis& x, const Axis& y, std::string_view x_title, std::string_view y_title) {
    std::string grid;
    std::string words;
    for (const Axis::Tick& t : x.ticks(6)) {
        grid += "M" + px(t.at) + " " + px(y.last()) + "V" + px(y.first());
        words += "<text x=\"" + px(t.at) + "\" y=\"" + px(y.last() + 16) + "\" text-anchor=\"middle\">" + t.label +
                 "</text>";
    }
    for (const Axis::Tick& t : y.ticks(4)) {
        grid += "M" + px(x.first()) + " " + px(t.at) + "H" + px(x.last());
        words += "<text x=\"" + px(x.first() - 6) + "\" y=\"" + px(t.at + 4) + "\" text-anchor=\"end\">" + t.label +
                 "</text>";
    }
    words += "<text x=\"" + px(x.last()) + "\" y=\"" + px(y.last() + 32) + "\" text-anchor=\"end\">" + html(x_title) +
             "</text><text x=\"" + px(x.first()) + "\" y=\"" + px(y.first() - 8) + "\">" + html(y_title) + "</text>";
    return "<path class=\"grid\" d=\"" + grid + "\"/>" + words;
}

std::string chart_figure(std::string_view id, std::string_view title, std::string_view description, double width,
                         double height, const std::string& drawing) {
    const std::string name(id);
    return "<figure><svg role=\"img\" aria-labelledby=\"" + name + "-t " + name + "-d\" viewBox=\"0 0 " +
           fixed(width, 0) + " " + fixed(height, 0) + "\"><title id=\"" + name + "-t\">" + html(title) +
           "</title><desc id=\"" + name + "-d\">" + html(description, 1000) + "</desc>" + drawing +
           "</svg>\n<figcaption><b>" + html(title) + ".</b> " + html(description, 1000) + "</figcaption></figure>\n";
}

}  // namespace nightstack::tools::page
