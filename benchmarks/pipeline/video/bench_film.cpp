// SPDX-License-Identifier: MIT
#include "benchmarks/pipeline/video/bench_film.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "tests/support/jpeg/made_jpeg.h"

namespace nightstack {
namespace {

using test::Rgb8;

// 0, 1, 2 ... 2, 1, 0 and again.
int swing(int frame, int frames) {
    const int half = frames / 2;
    return frame <= half ? frame : frames - frame;
}

std::uint8_t to_byte(double v) { return static_cast<std::uint8_t>(std::lround(std::clamp(v, 0.0, 255.0))); }

void add_star(Rgb8& out, Point at, double peak) {
    const int cx = static_cast<int>(std::lround(at.x)), cy = static_cast<int>(std::lround(at.y));
    for (int y = std::max(cy - 6, 0); y < std::min(cy + 7, out.height); ++y) {
        for (int x = std::max(cx - 6, 0); x < std::min(cx + 7, out.width); ++x) {
            const double r2 = (x - at.x) * (x - at.x) + (y - at.y) * (y - at.y);
            std::uint8_t* const pixel = &out.pixels[static_cast<std::size_t>(3 * (y * out.width + x))];
            for (int c = 0; c < 3; ++c) pixel[c] = to_byte(pixel[c] + peak * std::exp(-r2 / 4.0));
        }
    }
}

// As tests/support/jpeg draws a night, at places between pixels.
Rgb8 night(const Transform& frame_from_ref, unsigned seed) {
    Rgb8 out{kFilmWidth, kFilmHeight, std::vector<std::uint8_t>(std::size_t{3} * kFilmWidth * kFilmHeight)};
    std::mt19937 random(seed);
    std::normal_distribution<double> grain(0, 2);
    for (std::size_t i = 0; i < out.pixels.size(); ++i)
        out.pixels[i] = to_byte(18 + static_cast<double>(i % 3) + grain(random));
    std::mt19937 sky(1);
    for (int star = 0; star < kFilmWidth * kFilmHeight / 8000; ++star) {
        const Point p{static_cast<double>(sky() % kFilmWidth), static_cast<double>(sky() % kFilmHeight)};
        add_star(out, frame_from_ref(p), 20.0 + static_cast<double>(sky() % 200));
    }
    return out;
}

Rgb8 cut(const Rgb8& from, int x0, int y0) {
    Rgb8 out{kFilmWidth, kFilmHeight, {}};
    for (int y = 0; y < kFilmHeight; ++y) {
        const auto row = from.pixels.begin() + 3 * (static_cast<std::ptrdiff_t>(y0 + y) * from.width + x0);
        out.pixels.insert(out.pixels.end(), row, row + 3 * kFilmWidth);
    }
    return out;
}

}  // namespace

BenchFilm night_film(int frames) {
    BenchFilm film;
    for (int i = 0; i < frames; ++i) {
        const int at = swing(i, frames);
        film.ref_from_frame.push_back(Transform::similarity(1, 0.0002 * at, 0.37 * at, -0.21 * at));
        film.jpegs.push_back(made_jpeg(night(film.ref_from_frame.back().inverse(), static_cast<unsigned>(i))));
    }
    return film;
}

BenchFilm day_film(int frames) {
    constexpr int kRoom = 64;
    const Rgb8 scene = made_scene(test::Scene::day, kFilmWidth + kRoom, kFilmHeight + kRoom, 1);
    BenchFilm film;
    for (int i = 0; i < frames; ++i) {
        const int at = swing(i, frames);
        film.ref_from_frame.push_back(Transform::shift(at, at / 2));
        film.jpegs.push_back(made_jpeg(cut(scene, at, at / 2)));
    }
    return film;
}

}  // namespace nightstack
