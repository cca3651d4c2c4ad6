// SPDX-License-Identifier: MIT
#include "drawn_film.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>

#include "tests/support/jpeg/made_jpeg.h"

namespace nightstack::test {
namespace {

struct Source {
    double x, y, flux;
    std::array<double, 3> colour;
};

std::vector<Source> sky(int width, int height) {
    std::vector<Source> out;
    std::mt19937 random(17);
    const auto uniform = [&] { return static_cast<double>(random() >> 8) / 16777216.0; };
    for (int i = 0; i < 60; ++i) {
        Source s{uniform() * (width + 60) - 30, uniform() * (height + 60) - 30, 300 + 3000 * uniform() * uniform(), {}};
        s.colour = {0.7 + 0.6 * uniform(), 1, 0.7 + 0.6 * uniform()};
        out.push_back(s);
    }
    return out;
}

constexpr std::array<double, 3> kSky{30, 26, 36};
constexpr double kSigma = 1.6;

constexpr double kFarVariances = 60;  // squared distance at which a source adds nothing

// Those that may shine on a straight row of pixels between two points.
std::vector<Source> near_row(const std::vector<Source>& all, Point a, Point b, double widen) {
    const double far = kSigma * widen * std::sqrt(kFarVariances) + 1;
    std::vector<Source> out;
    for (const Source& s : all)
        if (s.y > std::min(a.y, b.y) - far && s.y < std::max(a.y, b.y) + far) out.push_back(s);
    return out;
}

std::array<double, 3> light_at(const std::vector<Source>& all, double x, double y, double widen) {
    std::array<double, 3> out = kSky;
    const double variance = kSigma * kSigma * widen * widen;
    for (const Source& s : all) {
        const double r2 = (x - s.x) * (x - s.x) + (y - s.y) * (y - s.y);
        if (r2 > kFarVariances * variance) continue;
        const double light = s.flux / (6.283185 * variance) * std::exp(-r2 / (2 * variance));
        for (std::size_t c = 0; c < 3; ++c) out[c] += light * s.colour[c];
    }
    return out;
}

}  // namespace

Transform DrawnFilm::ref_from_frame(int frame) const {
    return Transform::similarity(1, turn_rad * frame, dx * frame, dy * frame);
}

std::array<double, 3> DrawnFilm::truth(double x, double y) const { return light_at(sky(width, height), x, y, 1); }

Point DrawnFilm::light(int frame) const { return {60.0 + 11 * frame % 200, 50.0 + 7 * frame % 120}; }

std::string DrawnFilm::jpeg(int frame) const {
    const std::vector<Source> all = sky(width, height);
    const Transform place = ref_from_frame(frame);
    const double widen = frame % 3 == 2 ? 1 + wobble : 1;
    const bool lit = std::find(with_light.begin(), with_light.end(), frame) != with_light.end();
    std::mt19937 random(static_cast<unsigned>(frame) + 1000);
    std::normal_distribution<double> normal(0, noise);
    Rgb8 out{width, height, {}};
    for (int y = 0; y < height; ++y) {
        const std::vector<Source> near =
            near_row(all, place({0, static_cast<double>(y)}), place({width - 1.0, static_cast<double>(y)}), widen);
        for (int x = 0; x < width; ++x) {
            const Point p = place({static_cast<double>(x), static_cast<double>(y)});
            const std::array<double, 3> light = light_at(near, p.x, p.y, widen);
            const Point lamp = this->light(frame);
            const bool white = lit && std::hypot(p.x - lamp.x, p.y - lamp.y) < 6;
            for (const double level : light) {
                const double seen = white ? 255 : level + normal(random);
                out.pixels.push_back(static_cast<std::uint8_t>(std::lround(std::clamp(seen, 0.0, 255.0))));
            }
        }
    }
    JpegWish wish;
    wish.quality = quality;
    wish.chroma_x = chroma_x;
    wish.chroma_y = chroma_y;
    return made_jpeg(out, wish);
}

NextPicture film_of(const std::vector<std::string>& jpegs) {
    const auto at = std::make_shared<std::size_t>(0);
    return [&jpegs, at](std::vector<std::byte>& jpeg) {
        if (*at == jpegs.size()) return false;
        const auto bytes = std::as_bytes(std::span(jpegs[(*at)++]));
        jpeg.assign(bytes.begin(), bytes.end());
        return true;
    };
}

}  // namespace nightstack::test
