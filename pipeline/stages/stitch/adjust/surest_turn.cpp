// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/adjust/surest_turn.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <set>
#include <utility>

namespace nightstack {
namespace {

constexpr int kTries = 120, kSquares = 24;  // along the longer side

struct Rays {
    std::vector<Direction> a, b;
    std::vector<std::pair<int, int>> square;
};

Rays rays_of(const TileLens& a, const TileLens& b, const TileLink& link) {
    Rays out;
    const double side = static_cast<double>(std::max(a.width, a.height)) / kSquares;
    for (const Correspondence& place : link.places) {
        out.a.push_back(a.direction(place.a));
        out.b.push_back(b.direction(place.b));
        out.square.emplace_back(static_cast<int>(std::floor(place.a.x / side)),
                                static_cast<int>(std::floor(place.a.y / side)));
    }
    return out;
}

// Of the places that fit a turn within an angle.
int squares_that_fit(const Rays& rays, const Rotation& turn, double most_rad, std::vector<bool>& fits) {
    std::set<std::pair<int, int>> squares;
    for (std::size_t i = 0; i < rays.a.size(); ++i) {
        fits[i] = angle_rad(rays.a[i], turn(rays.b[i])) < most_rad;
        if (fits[i]) squares.insert(rays.square[i]);
    }
    return static_cast<int>(squares.size());
}

Rotation turn_of_those(const Rays& rays, const std::vector<bool>& fits) {
    std::vector<double> weights;
    for (const bool f : fits) weights.push_back(f ? 1 : 0);
    return best_rotation(rays.a, rays.b, weights);
}

}  // namespace

SurestTurn surest_turn(const TileLens& a, const TileLens& b, const TileLink& link, double tolerance_px) {
    SurestTurn out;
    const Rays rays = rays_of(a, b, link);
    const auto n = static_cast<unsigned>(rays.a.size());
    out.fits.assign(n, true);
    if (n < 3) return out;
    const double most_rad = tolerance_px / b.f_px;
    out.squares_in_all = static_cast<int>(std::set(rays.square.begin(), rays.square.end()).size());
    std::mt19937 random(54321);
    std::vector<bool> fits(n);
    out.fits.assign(n, false);
    for (int i = 0; i < kTries; ++i) {
        const unsigned p = static_cast<unsigned>(random()) % n, q = static_cast<unsigned>(random()) % n;
        if (p == q) continue;
        const std::array<Direction, 2> of_a = {rays.a[p], rays.a[q]}, of_b = {rays.b[p], rays.b[q]};
        const Rotation turn = best_rotation(of_a, of_b, std::array<double, 2>{1, 1});
        const int squares = squares_that_fit(rays, turn, most_rad, fits);
        if (squares <= out.squares) continue;
        out.squares = squares;
        out.a_from_b = turn;
        out.fits = fits;
    }
    // Two places far apart or near each other: the mean of all that fit is better than either.
    for (int round = 0; round < 3 && out.squares > 0; ++round) {
        const Rotation turn = turn_of_those(rays, out.fits);
        const int squares = squares_that_fit(rays, turn, most_rad, fits);
        if (squares < out.squares) break;
        out.squares = squares;
        out.a_from_b = turn;
        out.fits = fits;
    }
    return out;
}

}  // namespace nightstack
