// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/fates.h"

#include <algorithm>
#include <map>

#include "pipeline/stages/stitch/links/overlap.h"

namespace nightstack {
namespace {

constexpr int kFewPlaces = 8;  // a link that hangs on so few is weak
constexpr double kFar_px = 3;  // as is one whose places miss by more

std::size_t at(int i) { return static_cast<std::size_t>(i); }

// The number of each group that is a panorama, the largest first.
std::map<int, int> panoramas_of(std::span<const int> group) {
    std::map<int, std::pair<int, int>> sizes;  // minus the count, first tile
    for (std::size_t i = 0; i < group.size(); ++i) {
        auto& [count, first] = sizes.try_emplace(group[i], 0, static_cast<int>(i)).first->second;
        --count;
    }
    std::vector<std::pair<std::pair<int, int>, int>> ranked;
    for (const auto& [g, size] : sizes)
        if (size.first < -1) ranked.emplace_back(size, g);
    std::sort(ranked.begin(), ranked.end());
    std::map<int, int> out;
    for (std::size_t i = 0; i < ranked.size(); ++i) out[ranked[i].second] = static_cast<int>(i);
    return out;
}

}  // namespace

PanoramaPlacement fates_of(std::span<const int> group, std::span<const BundleCamera> cameras,
                           std::span<const TileLink> links, const BundleReport& report, const GridFill& grid) {
    PanoramaPlacement out;
    out.rows = grid.rows;
    out.columns = grid.columns;
    std::vector<int> holds(group.size(), 0);  // places that fit, of all links of a tile
    for (std::size_t i = 0; i < links.size(); ++i) {
        const LinkFit& fit = report.links[i];
        const bool weak = fit.inliers < kFewPlaces || fit.rms_px > kFar_px || fit.median_px > 2 * kFar_px;
        out.links.push_back({links[i], fit, weak});
        for (const int t : {links[i].a, links[i].b}) holds[at(t)] += fit.inliers;
    }
    const std::map<int, int> panoramas = panoramas_of(group);
    out.panoramas = static_cast<int>(panoramas.size());
    for (std::size_t i = 0; i < group.size(); ++i) {
        TileFate fate;
        fate.camera = cameras[i].camera;
        fate.rms_px = report.tile_rms_px[i];
        const auto& in_grid = i < grid.tiles.size() ? grid.tiles[i] : std::nullopt;
        if (in_grid) fate.place = in_grid->place;
        if (const auto it = panoramas.find(group[i]); it != panoramas.end()) {
            fate.panorama = it->second;
            const bool held = holds[i] >= kFewPlaces;
            fate.verdict = held ? TileVerdict::placed : TileVerdict::weak;
            if (!held && in_grid && in_grid->filled)
                fate.reason = "placed by the grid: it shows nothing to hold on to";
            else if (!held)
                fate.reason = "held by " + std::to_string(holds[i]) + " places alone";
        } else if (in_grid && in_grid->contradicts) {
            fate.reason = "what it shows is not what lies around its place in the grid";
        } else {
            fate.reason = "it has nothing in common with the other tiles";
        }
        out.tiles.push_back(std::move(fate));
    }
    // Tiles that hang on the grid alone are linked to their neighbours by it.
    for (std::size_t i = 0; i < out.tiles.size(); ++i) {
        if (out.tiles[i].verdict != TileVerdict::weak || holds[i] > 0) continue;
        for (std::size_t j = 0; j < out.tiles.size(); ++j) {
            if (j == i || out.tiles[j].panorama != out.tiles[i].panorama) continue;
            if (out.tiles[j].verdict == TileVerdict::weak && holds[j] == 0 && j < i) continue;
            if (overlap_share(cameras[i].camera, cameras[j].camera) < 0.02) continue;
            PanoramaLink link;
            link.link = {static_cast<int>(std::min(i, j)), static_cast<int>(std::max(i, j)), LinkSource::grid, {}};
            link.weak = true;
            out.links.push_back(std::move(link));
        }
    }
    return out;
}

}  // namespace nightstack
