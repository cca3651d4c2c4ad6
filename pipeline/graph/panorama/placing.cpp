// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/placing.h"

#include <map>

#include "pipeline/graph/panorama/fine_placing.h"
#include "pipeline/graph/panorama/group_sizes.h"
#include "pipeline/graph/panorama/group_solution.h"
#include "pipeline/graph/panorama/tiles_by_name.h"

namespace nightstack {
namespace {

constexpr int kMostTurned = 60;  // tiles; beyond, looking for any roll takes too long

std::size_t at(int i) { return static_cast<std::size_t>(i); }

bool all_pairs(int, int) { return true; }

// Back to the order in which tiles were added.
PanoramaPlacement as_added(PanoramaPlacement by_name, const std::vector<int>& number) {
    std::vector<TileFate> tiles(by_name.tiles.size());
    for (std::size_t i = 0; i < number.size(); ++i) tiles[at(number[i])] = std::move(by_name.tiles[i]);
    by_name.tiles = std::move(tiles);
    for (PanoramaLink& l : by_name.links) {
        l.link.a = number[at(l.link.a)];
        l.link.b = number[at(l.link.b)];
    }
    return by_name;
}

}  // namespace

void PanoramaPlacing::add(std::vector<PanoramaTile> tiles, Runner& runner) {
    std::vector<GreyTile> greys;
    for (PanoramaTile& t : tiles) {
        greys.push_back(t.grey);
        tiles_.push_back(std::move(t));
    }
    upright_.add(greys, runner);
    upright_.prepare(order_of_names(tiles_), all_pairs, runner);
}

// Tiles that are alone although they show something may have been taken with another roll.
std::vector<TileLink> PanoramaPlacing::turned_links(const TilesByName& tiles, const std::vector<int>& group,
                                                    Runner& runner) {
    if (static_cast<int>(tiles.size()) > kMostTurned) return {};
    const std::map<int, int> sizes = group_sizes(group);
    std::vector<char> alone(tiles.size());
    bool any = false;
    for (std::size_t i = 0; i < tiles.size(); ++i) {
        alone[i] = sizes.at(group[i]) == 1 && tiles.rich[i];
        any = any || alone[i];
    }
    if (!any) return {};
    std::vector<GreyTile> missing;
    for (std::size_t i = turned_.size(); i < tiles_.size(); ++i) missing.push_back(tiles_[i].grey);
    turned_.add(missing, runner);
    return turned_.links(
        tiles.number, [&](int i, int j) { return alone[at(i)] || alone[at(j)]; }, runner);
}

std::string_view name(TileVerdict verdict) {
    switch (verdict) {
        case TileVerdict::placed: return "placed";
        case TileVerdict::weak: return "weak";
        case TileVerdict::left_out: return "left_out";
    }
    return "?";
}

GroupSolution PanoramaPlacing::solve_by_features(const TilesByName& tiles, Runner& runner) {
    std::vector<TileLink> links = upright_.links(tiles.number, all_pairs, runner);
    GroupSolution out = solve_groups(tiles.lenses, tiles.lens_of, links, tiles.told_f_px);
    std::vector<TileLink> turned = turned_links(tiles, out.group, runner);
    if (turned.empty()) return out;
    std::map<std::pair<int, int>, TileLink> by_pair;  // upright ones are the surer ones
    for (std::vector<TileLink>* some : {&links, &turned})
        for (TileLink& l : *some) by_pair.try_emplace({l.a, l.b}, std::move(l));
    std::vector<TileLink> all;
    for (auto& [pair, link] : by_pair) all.push_back(std::move(link));
    return solve_groups(tiles.lenses, tiles.lens_of, std::move(all), tiles.told_f_px);
}

PanoramaPlacement PanoramaPlacing::solve(Runner& runner) {
    if (tiles_.empty()) return {};
    const TilesByName tiles = tiles_by_name(tiles_, upright_, order_of_names(tiles_), runner);
    GroupSolution s = solve_by_features(tiles, runner);
    return as_added(place_finely(tiles, s, runner), tiles.number);
}

}  // namespace nightstack
