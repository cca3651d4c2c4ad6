// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/pair_links.h"

#include <algorithm>

namespace nightstack {
namespace {

std::size_t at(int i) { return static_cast<std::size_t>(i); }

// What is missing of `pairs` is made by `make(a, b)` in parallel and kept.
template <class Value, class Make>
void complete(std::map<std::pair<int, int>, Value>& kept, std::span<const int> by_name,
              const std::vector<TilePair>& pairs, Runner& runner, Make make) {
    std::vector<std::pair<int, int>> missing;
    for (const auto& [i, j] : pairs) {
        const std::pair key(by_name[at(i)], by_name[at(j)]);
        if (!kept.contains(key)) missing.push_back(key);
    }
    std::vector<Value> found(missing.size());
    runner.run(static_cast<int>(missing.size()), 1, [&](int begin, int end) {
        for (int k = begin; k < end; ++k) found[at(k)] = make(missing[at(k)].first, missing[at(k)].second);
    });
    for (std::size_t k = 0; k < missing.size(); ++k) kept.emplace(missing[k], std::move(found[k]));
}

}  // namespace

void PairLinks::add(std::span<const GreyTile> tiles, Runner& runner) {
    const std::size_t first = looks_.size();
    tiles_.insert(tiles_.end(), tiles.begin(), tiles.end());
    looks_.resize(tiles_.size());
    runner.run(static_cast<int>(tiles.size()), 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) looks_[first + at(i)] = look_at(tiles[at(i)], turned_);
    });
    for (std::size_t i = first; i < tiles_.size(); ++i) rough_.emplace_back(i, std::int16_t{-1});
}

void PairLinks::count_rough(std::span<const int> by_name, const Asked& asked, Runner& runner) {
    const auto n = static_cast<int>(by_name.size());
    runner.run(n, 1, [&](int begin, int end) {
        for (int j = begin; j < end; ++j) {
            for (int i = 0; i < j; ++i) {
                const int a = by_name[at(i)], b = by_name[at(j)];
                std::int16_t& count = rough(a, b);
                if (count < 0 && asked(i, j))
                    count = static_cast<std::int16_t>(sketch_likeness(looks(a).sketch, looks(b).sketch));
            }
        }
    });
}

void PairLinks::count_alike(std::span<const int> by_name, const std::vector<TilePair>& pairs, Runner& runner) {
    complete(alike_, by_name, pairs, runner, [&](int a, int b) { return likeness_count(looks(a), looks(b)); });
}

void PairLinks::link(std::span<const int> by_name, const std::vector<TilePair>& pairs, Runner& runner) {
    complete(links_, by_name, pairs, runner, [&](int a, int b) {
        const GreyTile& tile = tiles_[at(b)];
        return link_by_features(looks(a).features, looks(b).features, tile, 4.0 * (1 << tile.level));
    });
}

std::vector<TilePair> PairLinks::chosen(std::span<const int> by_name, const Asked& asked, Runner& runner) {
    const auto n = static_cast<int>(by_name.size());
    if (n > kFewToCompare) count_rough(by_name, asked, runner);
    std::vector<TilePair> pairs = pairs_to_compare(
        n, asked, [&](int i, int j) { return static_cast<int>(rough(by_name[at(i)], by_name[at(j)])); });
    if (n > kFewToLink) {
        count_alike(by_name, pairs, runner);
        pairs = pairs_to_link(n, pairs, [&](int i, int j) { return alike_.at({by_name[at(i)], by_name[at(j)]}); });
    }
    link(by_name, pairs, runner);
    return pairs;
}

std::vector<TileLink> PairLinks::links(std::span<const int> by_name, const Asked& asked, Runner& runner) {
    std::vector<TileLink> out;
    for (const auto& [i, j] : chosen(by_name, asked, runner)) {
        const std::optional<TileLink>& found = links_.at({by_name[at(i)], by_name[at(j)]});
        if (!found) continue;
        out.push_back(*found);
        out.back().a = i;
        out.back().b = j;
    }
    return out;
}

}  // namespace nightstack
