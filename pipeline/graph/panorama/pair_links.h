// SPDX-License-Identifier: MIT
// Links between tiles by their features, of those pairs that are worth it. What was found out about a pair is kept;
// which pairs count is decided anew each time from all tiles, so that an answer depends on the tiles alone and not on
// when they came. One owner; no thread rule.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pipeline/core/runner.h"
#include "pipeline/graph/panorama/feature_links.h"
#include "pipeline/graph/panorama/link_pairs.h"

namespace nightstack {

class PairLinks {
public:
    explicit PairLinks(bool turned) : turned_(turned) {}

    // Looks for the features of one more tile each.
    void add(std::span<const GreyTile> tiles, Runner& runner);
    std::size_t size() const { return looks_.size(); }
    const TileLooks& looks(int tile) const { return looks_[static_cast<std::size_t>(tile)]; }

    // `by_name`: the tiles in the order of their names; places in it are what `asked` and the links returned speak of.
    // Links lie in order, the lower number is a.
    using Asked = std::function<bool(int, int)>;
    std::vector<TileLink> links(std::span<const int> by_name, const Asked& asked, Runner& runner);
    // Finds what `links` would need; nothing else.
    void prepare(std::span<const int> by_name, const Asked& asked, Runner& runner) { chosen(by_name, asked, runner); }

private:
    // Of a pair, by the tiles' numbers, that of the first name first.
    using Key = std::pair<int, int>;
    std::vector<TilePair> chosen(std::span<const int> by_name, const Asked& asked, Runner& runner);
    void count_rough(std::span<const int> by_name, const Asked& asked, Runner& runner);
    void count_alike(std::span<const int> by_name, const std::vector<TilePair>& pairs, Runner& runner);
    void link(std::span<const int> by_name, const std::vector<TilePair>& pairs, Runner& runner);
    std::int16_t& rough(int i, int j) {
        return rough_[static_cast<std::size_t>(std::max(i, j))][static_cast<std::size_t>(std::min(i, j))];
    }

    bool turned_;
    std::vector<GreyTile> tiles_;
    std::vector<TileLooks> looks_;
    std::vector<std::vector<std::int16_t>> rough_;  // of each tile with those before it; -1: not counted yet
    std::map<Key, int> alike_;
    std::map<Key, std::optional<TileLink>> links_;
};

}  // namespace nightstack
