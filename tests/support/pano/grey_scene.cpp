// SPDX-License-Identifier: MIT
#include "tests/support/pano/grey_scene.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>

#include "pipeline/stages/scene/pyramid.h"

namespace nightstack {
namespace {

constexpr double kDegree = std::numbers::pi / 180;

double value_at(std::uint32_t seed, int x, int y, int z) {
    std::uint32_t h = seed * 0x9E3779B1u;
    for (const int v : {x, y, z}) {
        h ^= static_cast<std::uint32_t>(v) * 0x85EBCA77u;
        h = (h ^ (h >> 15)) * 0xC2B2AE3Du;
        h ^= h >> 13;
    }
    return static_cast<double>(h) / 4294967295.0 - 0.5;
}

double smooth(double t) { return t * t * t * (t * (6 * t - 15) + 10); }

double cubes(std::uint32_t seed, const Direction& d, double size) {
    const double x = d.x / size, y = d.y / size, z = d.z / size;
    const double fx = std::floor(x), fy = std::floor(y), fz = std::floor(z);
    const double u = smooth(x - fx), v = smooth(y - fy), w = smooth(z - fz);
    double sum = 0;
    for (int k = 0; k < 2; ++k)
        for (int j = 0; j < 2; ++j)
            for (int i = 0; i < 2; ++i)
                sum += (i != 0 ? u : 1 - u) * (j != 0 ? v : 1 - v) * (k != 0 ? w : 1 - w) *
                       value_at(seed, static_cast<int>(fx) + i, static_cast<int>(fy) + j, static_cast<int>(fz) + k);
    return sum;
}

}  // namespace

GreyScene grey_texture(unsigned seed, double finest_rad, int sizes) {
    return [=](const Direction& d) {
        double sum = 0, size = finest_rad;
        for (int i = 0; i < sizes; ++i, size *= 2) sum += cubes(seed + 77u * static_cast<unsigned>(i), d, size);
        return std::clamp(128 + sum * 260 / std::sqrt(static_cast<double>(sizes)), 0.0, 255.0);
    };
}

GreyScene grey_flat(double value) {
    return [value](const Direction&) { return value; };
}

TileCamera grey_camera(double yaw_deg, double pitch_deg, double roll_deg, int width, int height, double f_px, double k1,
                       double k2) {
    return {{width, height, f_px, k1, k2},
            Rotation::looking(yaw_deg * kDegree, pitch_deg * kDegree, roll_deg * kDegree)};
}

Image<float> grey_plane(const GreyScene& scene, const TileCamera& camera) {
    Image<float> out(camera.lens.width, camera.lens.height);
    for (int y = 0; y < out.height(); ++y)
        for (int x = 0; x < out.width(); ++x)
            out.view()(x, y) =
                static_cast<float>(scene(camera.direction({static_cast<double>(x), static_cast<double>(y)})));
    return out;
}

GreyDrawn grey_drawn(const GreyScene& scene, const TileCamera& camera, const GreyDrawing& how) {
    const auto bytes = [](ImageView<const float> in) {
        Image<std::uint8_t> out(in.width(), in.height());
        for (int y = 0; y < in.height(); ++y)
            for (int x = 0; x < in.width(); ++x)
                out.view()(x, y) = static_cast<std::uint8_t>(std::clamp(in(x, y), 0.0F, 255.0F) + 0.5F);
        return out;
    };
    Image<float> plane = grey_plane(scene, camera);
    std::mt19937 rng(how.seed);
    for (int y = 0; y < plane.height(); ++y) {
        for (float& v : plane.view().row(y)) {
            // The sum of four dice: near enough to a normal one.
            double dice = 0;
            for (int i = 0; i < 4 && how.noise > 0; ++i) dice += static_cast<double>(rng()) / 4294967296.0 - 0.5;
            v = static_cast<float>(how.gain * static_cast<double>(v) + how.offset + how.noise * dice * std::sqrt(3.0));
        }
    }
    GreyDrawn out;
    out.camera = camera;
    out.level = how.level;
    out.whole = bytes(plane.cview());
    Pyramid pyramid;
    build(pyramid, plane.cview(), how.level);
    out.reduced = bytes(pyramid.at(how.level, plane.cview()));
    return out;
}

GreyTile GreyDrawn::tile() const {
    GreyTile out;
    out.width = whole.width();
    out.height = whole.height();
    out.level = level;
    out.reduced = reduced.view();
    out.read = [this](const Rect& region, ImageView<std::uint8_t> to) {
        const ImageView<const std::uint8_t> from = whole.view().cropped(region);
        for (int y = 0; y < region.height; ++y) std::copy(from.row(y).begin(), from.row(y).end(), to.row(y).begin());
    };
    return out;
}

}  // namespace nightstack
