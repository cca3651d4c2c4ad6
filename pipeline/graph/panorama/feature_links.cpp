// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/feature_links.h"

#include <algorithm>

#include "pipeline/stages/stitch/features/features.h"
#include "pipeline/stages/stitch/features/homography.h"
#include "pipeline/stages/stitch/features/match.h"

namespace nightstack {
namespace {

constexpr int kMostFeatures = 700, kMostCorners = 500;
constexpr std::size_t kFront = 220, kSketch = 110;

Features in_whole_pixels(Features found, int level) {
    for (Point& p : found.places) p = from_level(p, level);
    return found;
}

std::span<const Description> front(const Features& f, std::size_t most) {
    return std::span<const Description>(f.looks).first(std::min(f.looks.size(), most));
}

}  // namespace

TileLooks look_at(const GreyTile& tile, bool turned) {
    FeatureOptions options;
    options.most = turned ? 2 * kMostFeatures : kMostFeatures;
    options.turned = turned;
    Image<float> grey;
    widen(grey, tile.reduced);
    TileLooks out;
    out.features = in_whole_pixels(find_features(grey.cview(), options), tile.level);
    out.sketch = sketch_of(front(out.features, kSketch));
    return out;
}

std::vector<Point> corners_of(const TileLooks& upright) {
    const std::vector<Point>& all = upright.features.places;
    return {all.begin(), all.begin() + std::min<std::ptrdiff_t>(std::ssize(all), kMostCorners)};
}

int likeness_count(const TileLooks& a, const TileLooks& b) {
    return static_cast<int>(match_features(front(a.features, kFront), front(b.features, kFront), 0.8F).size());
}

std::optional<TileLink> link_by_features(const Features& a, const Features& b, const GreyTile& tile_b,
                                         double tolerance_px) {
    std::vector<PlacePair> pairs;
    for (const FeatureMatch& m : match_features(a.looks, b.looks))
        pairs.push_back({a.places[static_cast<std::size_t>(m.a)], b.places[static_cast<std::size_t>(m.b)]});
    const auto fit = fit_homography(pairs, {tolerance_px, 1500, std::max(tile_b.width, tile_b.height) / 24.0});
    if (!fit) return std::nullopt;
    int common = 0;
    for (const PlacePair& p : pairs) {
        const Point at = fit->b_from_a(p.a);
        if (at.x >= 0 && at.y >= 0 && at.x < tile_b.width && at.y < tile_b.height) ++common;
    }
    if (fit->inliers < 8 + 0.3 * common) return std::nullopt;
    TileLink link;
    for (std::size_t i = 0; i < pairs.size(); ++i)
        if (fit->fits[i]) link.places.push_back({pairs[i].a, pairs[i].b, tolerance_px / 4});
    return link;
}

}  // namespace nightstack
