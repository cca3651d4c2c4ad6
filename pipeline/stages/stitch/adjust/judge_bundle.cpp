// SPDX-License-Identifier: MIT
// How links fit cameras as they are; declared in bundle.h.
#include <algorithm>
#include <cmath>
#include <utility>

#include "pipeline/core/upper_median.h"
#include "pipeline/stages/stitch/adjust/bundle.h"
#include "pipeline/stages/stitch/adjust/link_distances.h"

namespace nightstack {
namespace {

constexpr double kLeastScale = 0.2;
constexpr double kMostDeviations = 4;  // of a place that fits

// Of each tile, the squares of its places that fit.
struct TileSums {
    std::vector<double> squares, counts;
    explicit TileSums(std::size_t tiles) : squares(tiles, 0.0), counts(tiles, 0.0) {}
    void add(int tile, double square) {
        squares[static_cast<std::size_t>(tile)] += square;
        counts[static_cast<std::size_t>(tile)] += 1;
    }
};

}  // namespace

BundleReport judge(std::span<const BundleCamera> cameras, std::span<const TileLink> links, double scale_floor_px) {
    BundleReport out;
    const double scale = std::max(deviation_of(cameras, links, scale_floor_px), kLeastScale);
    TileSums tiles(cameras.size());
    std::vector<double> all_px;
    for (const TileLink& link : links) {
        std::vector<double> px = distances_px(cameras, link);
        const std::vector<double> relative = relative_distances(px, link, scale_floor_px);
        LinkFit fit;
        double sum = 0;
        for (std::size_t i = 0; i < px.size(); ++i) {
            out.cost += cauchy_cost(relative[i] / scale);
            if (relative[i] > kMostDeviations * scale) continue;
            ++fit.inliers;
            sum += px[i] * px[i];
            for (const int t : {link.a, link.b}) tiles.add(t, px[i] * px[i]);
        }
        fit.rms_px = fit.inliers > 0 ? std::sqrt(sum / fit.inliers) : 0;
        out.places += static_cast<int>(px.size());
        all_px.insert(all_px.end(), px.begin(), px.end());
        fit.median_px = upper_median(std::move(px));
        out.links.push_back(fit);
    }
    out.scale_px = deviation_of(std::move(all_px));
    for (std::size_t i = 0; i < cameras.size(); ++i)
        out.tile_rms_px.push_back(tiles.counts[i] > 0 ? std::sqrt(tiles.squares[i] / tiles.counts[i]) : 0);
    return out;
}

}  // namespace nightstack
