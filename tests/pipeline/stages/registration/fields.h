// SPDX-License-Identifier: MIT
// Star fields with known truth for the tests of this folder.
#pragma once

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <set>
#include <utility>
#include <vector>

#include "pipeline/core/star.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/registration/pairing.h"

namespace nightstack::testing_fields {

inline constexpr double width_px = 3840;
inline constexpr double height_px = 2160;

inline double uniform(std::mt19937& rng, double a, double b) {
    return a + (b - a) * (static_cast<double>(rng()) / 4294967296.0);
}

inline double gauss(std::mt19937& rng) {
    const double u = uniform(rng, 1e-12, 1);
    return std::sqrt(-2 * std::log(u)) * std::cos(uniform(rng, 0, 2 * std::numbers::pi));
}

inline Star star_at(double x, double y, double flux) {
    return {.x = x, .y = y, .flux = flux, .peak = flux / 10, .fwhm_px = 3, .roundness = 0.95, .snr = 30};
}

// Few bright, many faint, like the sky.
inline double sky_flux(std::mt19937& rng) { return 300 * std::pow(uniform(rng, 1e-4, 1), -0.9); }

inline StarList random_stars(std::mt19937& rng, int count, double w = width_px, double h = height_px) {
    StarList list;
    for (int i = 0; i < count; ++i) list.push_back(star_at(uniform(rng, 0, w), uniform(rng, 0, h), sky_flux(rng)));
    return list;
}

// Rotation about the middle of the frame, then a shift.
inline Transform motion(double angle_rad, double dx, double dy, double scale = 1) {
    return Transform::shift(width_px / 2 + dx, height_px / 2 + dy) * Transform::similarity(scale, angle_rad, 0, 0) *
           Transform::shift(-width_px / 2, -height_px / 2);
}

struct Scene {
    StarList ref;
    StarList frame;
    Transform ref_from_frame;
    std::vector<int> ref_source;  // which common star, -1 for a stranger
    std::vector<int> frame_source;
};

// `common` stars seen by both, strangers of both, jitter per axis in both lists, lists ordered by flux.
inline Scene make_scene(std::mt19937& rng, const Transform& ref_from_frame, int common, int ref_strangers,
                        int frame_strangers, double jitter_px) {
    Scene s;
    s.ref_from_frame = ref_from_frame;
    std::vector<std::pair<Star, int>> ref;
    std::vector<std::pair<Star, int>> frame;
    int made = 0;
    while (made < common) {  // in the part that both see
        const Point f{uniform(rng, 0, width_px), uniform(rng, 0, height_px)};
        const Point r = ref_from_frame(f);
        if (r.x < 0 || r.x >= width_px || r.y < 0 || r.y >= height_px) continue;
        const double flux = sky_flux(rng);
        ref.push_back({star_at(r.x + jitter_px * gauss(rng), r.y + jitter_px * gauss(rng), flux), made});
        frame.push_back({star_at(f.x + jitter_px * gauss(rng), f.y + jitter_px * gauss(rng), 0.8 * flux), made});
        ++made;
    }
    for (const Star& x : random_stars(rng, ref_strangers)) ref.push_back({x, -1});
    for (const Star& x : random_stars(rng, frame_strangers)) frame.push_back({x, -1});
    const auto brighter = [](const auto& a, const auto& b) { return a.first.flux > b.first.flux; };
    std::sort(ref.begin(), ref.end(), brighter);
    std::sort(frame.begin(), frame.end(), brighter);
    for (const auto& [x, source] : ref) {
        s.ref.push_back(x);
        s.ref_source.push_back(source);
    }
    for (const auto& [x, source] : frame) {
        s.frame.push_back(x);
        s.frame_source.push_back(source);
    }
    return s;
}

// rms distance of two transforms over a 9x9 grid of the frame.
inline double grid_error(const Transform& a, const Transform& b) {
    double sum = 0;
    for (int i = 0; i < 81; ++i) {
        const Point p{width_px * (i % 9) / 8.0, height_px * (i / 9) / 8.0};
        const Point u = a(p);
        const Point v = b(p);
        sum += (u.x - v.x) * (u.x - v.x) + (u.y - v.y) * (u.y - v.y);
    }
    return std::sqrt(sum / 81);
}

// Pairs that join two sightings of the same star, and those that do not.
inline std::pair<int, int> right_and_wrong(const Scene& s, const std::vector<StarPair>& pairs) {
    int right = 0;
    int wrong = 0;
    for (const StarPair& p : pairs) {
        const int a = s.ref_source[static_cast<std::size_t>(p.ref)];
        const int b = s.frame_source[static_cast<std::size_t>(p.frame)];
        (a >= 0 && a == b ? right : wrong) += 1;
    }
    return {right, wrong};
}

}  // namespace nightstack::testing_fields
