// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/light/light_samples.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "pipeline/stages/stitch/light/tile_light.h"

namespace nightstack {
namespace {

// The mean of a patch; nothing where it is uneven, clipped, dark or not a number.
std::optional<std::array<float, 3>> patch_mean(const ReducedTile& tile, int cx, int cy, const LightSampleOptions& o) {
    std::array<float, 3> mean{};
    const int r = o.patch;
    const float low = o.low * tile.unit, high = o.high * tile.unit;
    for (std::size_t c = 0; c < 3; ++c) {
        // Halves to the left, right, above, below: what is uneven differs between them.
        double all = 0, across = 0, down = 0;
        for (int y = -r; y <= r; ++y) {
            const float* row = tile.planes[c].row_data(cy + y) + cx;
            for (int x = -r; x <= r; ++x) {
                const float v = row[x];
                if (!(v <= high)) return std::nullopt;  // NaN too
                all += v;
                across += x > 0 ? v : x < 0 ? -v : 0;
                down += y > 0 ? v : y < 0 ? -v : 0;
            }
        }
        const int side = 2 * r + 1;
        const double middle = all / (side * side), half = std::max(1, r * side);
        if (!(middle >= low)) return std::nullopt;
        if (std::abs(across) / half > o.slope * middle || std::abs(down) / half > o.slope * middle) return std::nullopt;
        mean[c] = static_cast<float>(middle);
    }
    return mean;
}

}  // namespace

std::vector<LightSample> light_samples(int tile_a, const TileCamera& camera_a, const ReducedTile& a, int tile_b,
                                       const TileCamera& camera_b, const ReducedTile& b,
                                       const LightSampleOptions& options) {
    const int r = options.patch;
    struct Place {
        int xa, ya, xb, yb;
    };
    const Rotation b_from_a = camera_b.world_from_camera.inverse() * camera_a.world_from_camera;
    const auto in_b = [&](int x, int y) -> std::optional<Place> {
        const Direction seen = camera_a.lens.direction(a.tile({static_cast<double>(x), static_cast<double>(y)}));
        const std::optional<Point> p = camera_b.lens.pixel(b_from_a(seen));
        if (!p) return std::nullopt;
        const Point at = b.reduced(*p);
        if (!(at.x >= r && at.y >= r && at.x <= b.width() - 1 - r && at.y <= b.height() - 1 - r)) return std::nullopt;
        return Place{x, y, static_cast<int>(std::lround(at.x)), static_cast<int>(std::lround(at.y))};
    };
    // A coarse look tells how large the overlap is, and so how far apart its samples are.
    const int width = a.width() - 2 * r, height = a.height() - 2 * r;
    if (width <= 0 || height <= 0 || b.width() <= 2 * r || b.height() <= 2 * r) return {};
    constexpr int kLooks = 16;
    int seen = 0, x0 = a.width(), x1 = 0, y0 = a.height(), y1 = 0;
    for (int j = 0; j < kLooks; ++j) {
        for (int i = 0; i < kLooks; ++i) {
            const int x = r + (2 * i + 1) * width / (2 * kLooks), y = r + (2 * j + 1) * height / (2 * kLooks);
            if (!in_b(x, y)) continue;
            ++seen;
            x0 = std::min(x0, x - width / kLooks);
            x1 = std::max(x1, x + width / kLooks + 1);
            y0 = std::min(y0, y - height / kLooks);
            y1 = std::max(y1, y + height / kLooks + 1);
        }
    }
    if (seen == 0) return {};
    const double area = seen * static_cast<double>(width) * height / (kLooks * kLooks);
    const int step = std::max(1, static_cast<int>(std::sqrt(area / std::max(1, options.most))));

    std::vector<LightSample> samples;
    for (int y = std::max(r, y0); y < std::min(a.height() - r, y1); y += step) {
        for (int x = std::max(r, x0); x < std::min(a.width() - r, x1); x += step) {
            const std::optional<Place> place = in_b(x, y);
            if (!place) continue;
            const auto mean_a = patch_mean(a, place->xa, place->ya, options);
            if (!mean_a) continue;
            const auto mean_b = patch_mean(b, place->xb, place->yb, options);
            if (!mean_b) continue;
            const Point pa = a.tile({static_cast<double>(place->xa), static_cast<double>(place->ya)});
            const Point pb = b.tile({static_cast<double>(place->xb), static_cast<double>(place->yb)});
            samples.push_back({tile_a, tile_b, *mean_a, *mean_b, static_cast<float>(tile_q(camera_a.lens, pa)),
                               static_cast<float>(tile_q(camera_b.lens, pb))});
        }
    }
    return samples;
}

}  // namespace nightstack
