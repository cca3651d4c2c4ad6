// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/patch_links.h"

#include <algorithm>
#include <map>
#include <utility>

#include "pipeline/stages/stitch/links/overlap.h"
#include "pipeline/stages/stitch/links/tilted_map.h"

namespace nightstack {
namespace {

constexpr std::size_t kLeastPlaces = 4;
constexpr std::size_t kMostPartners = 16;  // of a tile, by how much they have in common
constexpr int kMostPairs = 8;              // for each tile; beyond, each has fewer places

using Pair = std::pair<std::size_t, std::size_t>;

TileMap map_between(const TileCamera& to, const TileCamera& from) {
    return [lens_to = to.lens, lens_from = from.lens, turn = to.world_from_camera.inverse() * from.world_from_camera](
               Point p) { return lens_to.pixel(turn(lens_from.direction(p))); };
}

std::vector<Correspondence> swapped(const std::vector<Correspondence>& places) {
    std::vector<Correspondence> out;
    for (const Correspondence& c : places) out.push_back({c.b, c.a, c.sigma_px});
    return out;
}

using RoughLinks = std::map<std::pair<int, int>, const TileLink*>;

RoughLinks by_pair(std::span<const TileLink> links) {
    RoughLinks out;
    for (const TileLink& link : links) out[{link.a, link.b}] = &link;
    return out;
}

// Places of the two that are known already, whichever of them was first then.
std::vector<Correspondence> known_places(const RoughLinks& links, int a, int b) {
    if (const auto it = links.find({a, b}); it != links.end()) return it->second->places;
    if (const auto it = links.find({b, a}); it != links.end()) return swapped(it->second->places);
    return {};
}

// What could see the same, quickly: half the diagonals and where all look, once for each tile.
class Views {
public:
    explicit Views(std::span<const BundleCamera> cameras) {
        for (const BundleCamera& c : cameras) {
            half_.push_back(c.camera.lens.diagonal_rad() / 2);
            ahead_.push_back(c.camera.world_from_camera({0, 0, 1}));
        }
    }
    bool may_meet(const Pair& p) const {
        return angle_rad(ahead_[p.first], ahead_[p.second]) < half_[p.first] + half_[p.second];
    }

private:
    std::vector<double> half_;
    std::vector<Direction> ahead_;
};

// All pairs of one group that have enough in common; where a tile has very many partners (a scene that was taken again
// and again) the nearest ones, and those that held it before.
std::vector<Pair> pairs_that_meet(std::span<const BundleCamera> cameras, std::span<const int> group,
                                  const RoughLinks& rough, const PatchLinkOptions& options) {
    struct Partner {
        double share;
        Pair pair;
    };
    const Views views(cameras);
    std::vector<std::vector<Partner>> partners(cameras.size());
    std::vector<Pair> out;
    for (std::size_t i = 0; i < cameras.size(); ++i) {
        for (std::size_t j = i + 1; j < cameras.size(); ++j) {
            if (group[i] < 0 || group[i] != group[j]) continue;
            if (!options.only.empty() && !options.only[i] && !options.only[j]) continue;
            if (!views.may_meet({i, j})) continue;
            const double share = overlap_share(cameras[i].camera, cameras[j].camera);
            if (!(share > options.least_overlap)) continue;
            for (const std::size_t t : {i, j}) partners[t].push_back({share, {i, j}});
            if (rough.contains({static_cast<int>(i), static_cast<int>(j)})) out.emplace_back(i, j);
        }
    }
    for (auto& all : partners) {
        std::stable_sort(all.begin(), all.end(), [](const Partner& p, const Partner& q) { return p.share > q.share; });
        for (std::size_t k = 0; k < std::min(kMostPartners, all.size()); ++k) out.push_back(all[k].pair);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

}  // namespace

std::vector<TileLink> patch_links(std::span<const GreyTile> tiles, std::span<const std::vector<Point>> corners,
                                  std::span<const BundleCamera> cameras, std::span<const int> group,
                                  std::span<const TileLink> rough, const PatchLinkOptions& options, Runner& runner) {
    const RoughLinks rough_links = by_pair(rough);
    const std::vector<Pair> pairs = pairs_that_meet(cameras, group, rough_links, options);
    std::vector<TileLink> found(pairs.size());
    RefineOptions refine;
    refine.most_off_px = options.most_off_px;
    refine.rough = options.rough;
    const double crowd = static_cast<double>(pairs.size()) / (kMostPairs * static_cast<double>(tiles.size()) + 1);
    refine.most_places = static_cast<int>(options.most_places / std::max(1.0, crowd));
    runner.run(static_cast<int>(pairs.size()), 1, [&](int begin, int end) {
        for (int k = begin; k < end; ++k) {
            const auto [i, j] = pairs[static_cast<std::size_t>(k)];
            TileLink& link = found[static_cast<std::size_t>(k)];
            link.a = static_cast<int>(i);
            link.b = static_cast<int>(j);
            const TileCamera &a = cameras[i].camera, &b = cameras[j].camera;
            const std::vector<Correspondence> known = known_places(rough_links, link.a, link.b);
            link.places = refine_places(tiles[i], tiles[j], corners[i], tilted(map_between(b, a), known), refine);
            const auto back =
                refine_places(tiles[j], tiles[i], corners[j], tilted(map_between(a, b), swapped(known)), refine);
            for (const Correspondence& c : swapped(back)) link.places.push_back(c);
        }
    });
    std::vector<TileLink> out;
    for (TileLink& link : found)
        if (link.places.size() >= kLeastPlaces) out.push_back(std::move(link));
    return out;
}

}  // namespace nightstack
