// SPDX-License-Identifier: MIT
#include "pipeline/stages/stitch/adjust/link_distances.h"

#include <algorithm>
#include <utility>

#include "pipeline/core/upper_median.h"
#include "pipeline/stages/stitch/adjust/bundle_residual.h"

namespace nightstack {

std::vector<double> distances_px(std::span<const BundleCamera> cameras, const TileLink& link) {
    constexpr double kFar_px = 1e4;
    std::vector<double> out;
    const TileCamera& a = cameras[static_cast<std::size_t>(link.a)].camera;
    const TileCamera& b = cameras[static_cast<std::size_t>(link.b)].camera;
    for (const Correspondence& place : link.places) {
        Point miss;
        out.push_back(miss_of(miss, a, b, place) ? std::hypot(miss.x, miss.y) : kFar_px);
    }
    return out;
}

std::vector<double> relative_distances(std::vector<double> distances_px, const TileLink& link, double floor_px) {
    for (std::size_t i = 0; i < distances_px.size(); ++i)
        distances_px[i] /= std::max(link.places[i].sigma_px, floor_px);
    return distances_px;
}

std::vector<double> relative_distances(std::span<const BundleCamera> cameras, const TileLink& link, double floor_px) {
    return relative_distances(distances_px(cameras, link), link, floor_px);
}

double deviation_of(std::vector<double> distances) { return upper_median(std::move(distances)) / 1.1774; }

double deviation_of(std::span<const BundleCamera> cameras, std::span<const TileLink> links, double floor_px) {
    std::vector<double> all;
    for (const TileLink& link : links) {
        const std::vector<double> some = relative_distances(cameras, link, floor_px);
        all.insert(all.end(), some.begin(), some.end());
    }
    return deviation_of(std::move(all));
}

}  // namespace nightstack
