// SPDX-License-Identifier: MIT
#include "tests/pipeline/stages/stitch/compose/pano_scene.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <random>

namespace nightstack {

PanoScene waves(unsigned seed, double longest_rad, double shortest_rad) {
    struct Wave {
        Direction k;
        double phase;
        Light size;
    };
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> even;
    std::vector<Wave> all;
    constexpr int kWaves = 14;
    for (int i = 0; i < kWaves; ++i) {
        const double length_rad = longest_rad * std::pow(shortest_rad / longest_rad, i / (kWaves - 1.0));
        Direction k = unit({normal(random), normal(random), normal(random)});
        const double f = 2 * std::numbers::pi / length_rad;
        Wave w{{k.x * f, k.y * f, k.z * f}, 2 * std::numbers::pi * even(random), {}};
        for (double& s : w.size) s = 0.3 / kWaves * (0.5 + even(random));
        all.push_back(w);
    }
    return [all](const Direction& d) {
        Light light{0.4, 0.4, 0.4};
        for (const Wave& w : all) {
            const double s = std::sin(dot(w.k, d) + w.phase);
            for (std::size_t c = 0; c < 3; ++c) light[c] += w.size[c] * s;
        }
        return light;
    };
}

DrawnTile drawn_tile(const PanoScene& scene, const TileCamera& camera, const TileLight& light,
                     const Vignetting& vignetting, double noise, unsigned seed, int scale) {
    DrawnTile tile;
    tile.camera = camera;
    tile.scale = scale;
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    for (auto& plane : tile.planes) plane = Image<float>(camera.lens.width, camera.lens.height);
    for (int y = 0; y < camera.lens.height; ++y) {
        for (int x = 0; x < camera.lens.width; ++x) {
            const Point p{static_cast<double>(x), static_cast<double>(y)};
            const Light value = scene(camera.direction(p));
            const double falloff = vignetting.falloff(tile_q(camera.lens, p));
            for (std::size_t c = 0; c < 3; ++c) {
                const double n = noise > 0 ? noise * normal(random) : 0;
                tile.planes[c].view()(x, y) = static_cast<float>(value[c] * falloff / light.gain[c] + n);
            }
        }
    }
    reduce(tile);
    return tile;
}

void reduce(DrawnTile& tile) {
    const int s = tile.scale, width = tile.camera.lens.width, height = tile.camera.lens.height;
    for (std::size_t c = 0; c < 3; ++c) {
        tile.reduced[c] = Image<float>((width + s - 1) / s, (height + s - 1) / s);
        for (int y = 0; y < tile.reduced[c].height(); ++y) {
            for (int x = 0; x < tile.reduced[c].width(); ++x) {
                double sum = 0;
                int count = 0;
                for (int v = y * s; v < std::min(height, (y + 1) * s); ++v) {
                    for (int u = x * s; u < std::min(width, (x + 1) * s); ++u) {
                        sum += tile.planes[c].view()(u, v);
                        ++count;
                    }
                }
                tile.reduced[c].view()(x, y) = static_cast<float>(sum / count);
            }
        }
    }
}

TileCamera looking(double yaw_deg, double pitch_deg, double roll_deg, int width, int height, double f_px, double k1) {
    constexpr double rad = std::numbers::pi / 180;
    return {{width, height, f_px, k1, 0}, Rotation::looking(yaw_deg * rad, pitch_deg * rad, roll_deg * rad)};
}

ReadTile reader(const std::vector<DrawnTile>& tiles) {
    return [&tiles](int tile, const Rect& region, std::span<const ImageView<float>> planes) {
        for (std::size_t c = 0; c < planes.size(); ++c) {
            const auto from = tiles[static_cast<std::size_t>(tile)].planes[c].view().cropped(region);
            for (int y = 0; y < region.height; ++y)
                std::memcpy(planes[c].row_data(y), from.row_data(y),
                            static_cast<std::size_t>(region.width) * sizeof(float));
        }
    };
}

ReducedOf reducer(const std::vector<DrawnTile>& tiles) {
    return [&tiles](int tile) { return tiles[static_cast<std::size_t>(tile)].small(); };
}

std::vector<PlacedTile> placed(const std::vector<DrawnTile>& tiles) {
    std::vector<PlacedTile> all;
    for (const DrawnTile& t : tiles) all.push_back({t.camera, {}});
    return all;
}

std::vector<DrawnTile> six_tiles(const PanoScene& scene, bool unlike) {
    std::vector<DrawnTile> tiles;
    for (int row = 0; row < 2; ++row) {
        for (int column = 0; column < 3; ++column) {
            TileLight light;
            if (unlike) {
                for (std::size_t c = 0; c < 3; ++c)
                    light.gain[c] = 1 + 0.03F * static_cast<float>((column * 2 + row + static_cast<int>(c)) % 5 - 2);
            }
            const TileCamera camera = looking(-30 + 29 * column, 11 - 22 * row, 2 * column - 2, kSixTileWidth,
                                              kSixTileHeight, kSixFocal, -0.03);
            tiles.push_back(drawn_tile(scene, camera, light));
        }
    }
    return tiles;
}

Projection sphere(double px_per_rad, int width, int height) {
    return {ProjectionKind::spherical, px_per_rad, {}, {width / 2.0, height / 2.0}};
}

Rendered rendered(const Composition& composition, int block_width, int block_height) {
    const int width = composition.width(), height = composition.height();
    Rendered out;
    for (auto& plane : out.planes) plane = Image<float>(width, height);
    out.alpha = Image<float>(width, height);
    for (int y = 0; y < height; y += block_height) {
        for (int x = 0; x < width; x += block_width) {
            const Rect block = intersected({x, y, block_width, block_height}, {0, 0, width, height});
            const std::array<ImageView<float>, 3> planes{out.planes[0].view().cropped(block),
                                                         out.planes[1].view().cropped(block),
                                                         out.planes[2].view().cropped(block)};
            composition.render(block, planes, out.alpha.view().cropped(block));
        }
    }
    return out;
}

}  // namespace nightstack
