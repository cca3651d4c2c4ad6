// SPDX-License-Identifier: MIT
#include "device/sim/card/colour.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace nightstack::device::sim {
namespace {

using Plane = Image<float>;

// A few thousand values of a plane, in order.
std::vector<float> sorted_sample(const Plane& plane) {
    std::vector<float> values;
    const int step_y = std::max(1, plane.height() / 90), step_x = std::max(1, plane.width() / 160);
    for (int y = step_y / 2; y < plane.height(); y += step_y) {
        const auto row = plane.cview().row(y);
        for (int x = step_x / 2; x < plane.width(); x += step_x) values.push_back(row[static_cast<std::size_t>(x)]);
    }
    std::ranges::sort(values);
    return values;
}

float at_share(const std::vector<float>& sorted, double share) {
    if (sorted.empty()) return 0;
    return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

// From values to 8 bits, by table.
class Tone {
public:
    Tone(double black, double white, const std::function<double(double)>& curve)
        : black_(static_cast<float>(black)), scale_(static_cast<float>((kSteps - 1) / std::max(1e-6, white - black))) {
        for (std::size_t i = 0; i < kSteps; ++i)
            table_[i] = static_cast<std::uint8_t>(std::lround(255 * curve(static_cast<double>(i) / (kSteps - 1))));
    }
    std::uint8_t operator()(float value) const {
        const float place = std::clamp((value - black_) * scale_, 0.0F, static_cast<float>(kSteps - 1));
        return table_[static_cast<std::size_t>(place)];
    }

private:
    static constexpr std::size_t kSteps = 16384;
    float black_, scale_;
    std::array<std::uint8_t, kSteps> table_{};
};

// The curve through (0,0), (m,1/2) and (1,1) that image programs call midtones.
double midtones(double m, double t) { return t <= 0 ? 0 : t >= 1 ? 1 : (m - 1) * t / ((2 * m - 1) * t - m); }

Tone night_tone(const Plane& plane) {
    constexpr double kSky = 0.16;  // of full brightness
    const std::vector<float> sorted = sorted_sample(plane);
    const double middle = at_share(sorted, 0.5);
    const double spread = std::max(1.0, (middle - at_share(sorted, 0.25)) / 0.674);
    const double black = middle - 3 * spread;
    const double white = std::max(black + 40 * spread, static_cast<double>(at_share(sorted, 0.9995)));
    const double m = midtones(kSky, (middle - black) / (white - black));
    return {black, white, [m](double t) { return midtones(m, t); }};
}

struct Span {
    int from, to;  // of pixels that are averaged
    float part;    // of the way to the next one, where `to` is one beyond `from`
};

// Where the pixels of a longer or shorter row come from.
std::vector<Span> spans(int in, int out) {
    std::vector<Span> all;
    const double scale = static_cast<double>(in) / out;
    for (int i = 0; i < out; ++i) {
        if (scale > 1) {
            const int from = static_cast<int>(i * scale);
            all.push_back({from, std::clamp(static_cast<int>((i + 1) * scale), from + 1, in), 0});
            continue;
        }
        const double place = std::clamp((i + 0.5) * scale - 0.5, 0.0, in - 1.0);
        const int from = std::min(static_cast<int>(place), std::max(0, in - 2));
        all.push_back({from, from + 1, static_cast<float>(place - from)});
    }
    return all;
}

float mean(const Plane& plane, const Span& y, const Span& x) {
    float sum = 0;
    for (int j = y.from; j < y.to; ++j) {
        const float* row = plane.cview().row_data(j);
        for (int i = x.from; i < x.to; ++i) sum += row[i];
    }
    return sum / static_cast<float>((y.to - y.from) * (x.to - x.from));
}

float between(const Plane& plane, const Span& y, const Span& x) {
    const int below = std::min(y.from + 1, plane.height() - 1), right = std::min(x.from + 1, plane.width() - 1);
    const float* a = plane.cview().row_data(y.from);
    const float* b = plane.cview().row_data(below);
    const float top = a[x.from] + (a[right] - a[x.from]) * x.part;
    const float bottom = b[x.from] + (b[right] - b[x.from]) * x.part;
    return top + (bottom - top) * y.part;
}

Rgb8 toned(const Colour& colour, const std::array<Tone, 3>& tones, int width, int height) {
    Rgb8 out{width, height, {}};
    out.samples.resize(std::size_t{3} * static_cast<unsigned>(width) * static_cast<unsigned>(height));
    const bool smaller = width < colour.width();
    const std::vector<Span> columns = spans(colour.width(), width), rows = spans(colour.height(), height);
    std::size_t at = 0;
    for (const Span& y : rows) {
        for (const Span& x : columns) {
            for (std::size_t c = 0; c < 3; ++c)
                out.samples[at++] = tones[c](smaller ? mean(colour.planes[c], y, x) : between(colour.planes[c], y, x));
        }
    }
    return out;
}

}  // namespace

void take_colours(ImageView<const std::uint16_t> mosaic, Colour& out) {
    const int width = mosaic.width() / 2, height = mosaic.height() / 2;
    for (Plane& plane : out.planes) plane.reshape(width, height);
    for (int y = 0; y < height; ++y) {
        const std::uint16_t* green_blue = mosaic.row_data(2 * y);
        const std::uint16_t* red_green = mosaic.row_data(2 * y + 1);
        float* r = out.planes[0].view().row_data(y);
        float* g = out.planes[1].view().row_data(y);
        float* b = out.planes[2].view().row_data(y);
        for (int x = 0; x < width; ++x) {
            r[x] = red_green[2 * x];
            g[x] = 0.5F * static_cast<float>(green_blue[2 * x] + red_green[2 * x + 1]);
            b[x] = green_blue[2 * x + 1];
        }
    }
}

void drop_hot_pixels(Colour& colour) {
    const int width = colour.width(), height = colour.height();
    if (width < 3 || height < 3) return;
    std::vector<float> above(static_cast<std::size_t>(width)), here(above);
    for (Plane& plane : colour.planes) {
        std::ranges::copy(plane.cview().row(0), above.begin());
        for (int y = 1; y + 1 < height; ++y) {
            float* out = plane.view().row_data(y);
            const float* below = plane.cview().row_data(y + 1);
            std::copy(out, out + width, here.begin());
            for (std::size_t x = 1; x + 1 < here.size(); ++x) {
                const float upper = std::max({above[x - 1], above[x], above[x + 1]});
                const float lower = std::max({below[x - 1], below[x], below[x + 1]});
                out[x] = std::min(here[x], std::max({upper, lower, here[x - 1], here[x + 1]}));
            }
            std::swap(above, here);
        }
    }
}

Rgb8 night_picture(const Colour& colour, int width, int height) {
    return toned(colour, {night_tone(colour.planes[0]), night_tone(colour.planes[1]), night_tone(colour.planes[2])},
                 width, height);
}

Rgb8 day_picture(const Colour& colour, double black, double white, int width, int height,
                 const std::array<double, 3>& balance) {
    const auto tone = [&](double counts) {
        return Tone(black, black + (white - black) / counts, [](double t) { return std::pow(t, 1 / 2.2); });
    };
    return toned(colour, {tone(balance[0]), tone(balance[1]), tone(balance[2])}, width, height);
}

double middle_of_green(const Colour& colour) { return at_share(sorted_sample(colour.planes[1]), 0.5); }

}  // namespace nightstack::device::sim
