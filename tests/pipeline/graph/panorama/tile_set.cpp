// SPDX-License-Identifier: MIT
#include "tests/pipeline/graph/panorama/tile_set.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

namespace nightstack {

std::vector<PanoramaTile> TileSet::tiles(double told_f_px) const {
    std::vector<PanoramaTile> out;
    for (std::size_t i = 0; i < drawn.size(); ++i) out.push_back({stems[i], drawn[i].tile(), told_f_px});
    return out;
}

std::vector<PanoramaTile> TileSet::tiles(const std::vector<std::size_t>& which) const {
    std::vector<PanoramaTile> out;
    for (const std::size_t i : which) out.push_back({stems[i], drawn[i].tile(), 0});
    return out;
}

TileCamera grid_camera(const GridSet& how, int row, int column) {
    std::mt19937 rng(how.seed * 1000 + static_cast<unsigned>(row * 50 + column));
    const auto dice = [&] { return how.jitter_deg * (2 * static_cast<double>(rng()) / 4294967296.0 - 1); };
    const double degree = 180 / std::numbers::pi;
    const double step_x = 2 * std::atan(how.width / 2.0 / how.f_px) * degree * (1 - how.overlap);
    const double step_y = 2 * std::atan(how.height / 2.0 / how.f_px) * degree * (1 - how.overlap);
    const double yaw = column * step_x + dice(), pitch = ((how.rows - 1) / 2.0 - row) * step_y + dice();
    return grey_camera(yaw, pitch, dice(), how.width, how.height, how.f_px);
}

TileSet grid_set(const GridSet& how, const GreyScene& scene) {
    TileSet out;
    for (int r = 0; r < how.rows; ++r)
        for (int c = 0; c < how.columns; ++c) {
            const std::string stem = how.names_say_it ? std::to_string(r + 1) + "_" + std::to_string(c + 1)
                                                      : "pano_" + std::to_string(r * how.columns + c);
            out.add(stem, grey_drawn(scene, grid_camera(how, r, c),
                                     {0, 1, 0, 1, how.seed * 100 + static_cast<unsigned>(r * how.columns + c)}));
        }
    return out;
}

PanoramaPlacement place(const std::vector<PanoramaTile>& tiles) {
    SerialRunner runner;
    PanoramaPlacing placing;
    placing.add(tiles, runner);
    return placing.solve(runner);
}

double rms_against_truth(const TileSet& set, const PanoramaPlacement& found, const std::vector<std::size_t>& only) {
    double sum = 0;
    int n = 0;
    const auto wanted = [&](std::size_t i) {
        return only.empty() || std::find(only.begin(), only.end(), i) != only.end();
    };
    for (std::size_t i = 0; i < set.drawn.size(); ++i) {
        for (std::size_t j = 0; j < set.drawn.size(); ++j) {
            if (i == j || !wanted(i) || !wanted(j)) continue;
            if (found.tiles[i].panorama < 0 || found.tiles[i].panorama != found.tiles[j].panorama) continue;
            const TileCamera &a = set.drawn[i].camera, &b = set.drawn[j].camera;
            for (int k = 0; k < 64; ++k) {
                const Point p{a.lens.width * (k % 8 + 0.5) / 8, a.lens.height * (k / 8 + 0.5) / 8};
                const auto truth = b.pixel(a.direction(p));
                if (!truth || !b.lens.holds(*truth)) continue;
                const auto at = found.tiles[j].camera.pixel(found.tiles[i].camera.direction(p));
                const double x = at ? at->x - truth->x : 1e3, y = at ? at->y - truth->y : 1e3;
                sum += x * x + y * y;
                ++n;
            }
        }
    }
    return n > 0 ? std::sqrt(sum / n) : 1e9;
}

int count_of(const PanoramaPlacement& found, TileVerdict verdict) {
    return static_cast<int>(
        std::count_if(found.tiles.begin(), found.tiles.end(), [&](const TileFate& f) { return f.verdict == verdict; }));
}

void expect_same(const PanoramaPlacement& a, const PanoramaPlacement& b) {
    EXPECT_EQ(a.panoramas, b.panoramas);
    EXPECT_EQ(a.rows, b.rows);
    EXPECT_EQ(a.columns, b.columns);
    EXPECT_EQ(a.focal_known, b.focal_known);
    ASSERT_EQ(a.tiles.size(), b.tiles.size());
    for (std::size_t i = 0; i < a.tiles.size(); ++i) {
        EXPECT_EQ(a.tiles[i].verdict, b.tiles[i].verdict) << i;
        EXPECT_EQ(a.tiles[i].reason, b.tiles[i].reason) << i;
        EXPECT_EQ(a.tiles[i].panorama, b.tiles[i].panorama) << i;
        EXPECT_EQ(a.tiles[i].place, b.tiles[i].place) << i;
        EXPECT_EQ(a.tiles[i].camera.lens, b.tiles[i].camera.lens) << i;
        EXPECT_EQ(a.tiles[i].camera.world_from_camera, b.tiles[i].camera.world_from_camera) << i;
        EXPECT_EQ(a.tiles[i].rms_px, b.tiles[i].rms_px) << i;
    }
    ASSERT_EQ(a.links.size(), b.links.size());
    for (std::size_t i = 0; i < a.links.size(); ++i) {
        EXPECT_EQ(a.links[i].link.a, b.links[i].link.a);
        EXPECT_EQ(a.links[i].link.b, b.links[i].link.b);
        EXPECT_EQ(a.links[i].link.places.size(), b.links[i].link.places.size());
        EXPECT_EQ(a.links[i].fit.rms_px, b.links[i].fit.rms_px);
        EXPECT_EQ(a.links[i].weak, b.links[i].weak);
    }
}

}  // namespace nightstack
