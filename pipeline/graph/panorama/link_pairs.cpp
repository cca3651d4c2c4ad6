// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/link_pairs.h"

#include <algorithm>
#include <cstddef>

namespace nightstack {
namespace {

constexpr int kBestToCompare = 24;
constexpr int kBest = 8, kBestSure = 16, kSure = 24;

struct Ranked {
    int count = 0;
    int other = 0;
    bool operator<(const Ranked& o) const { return count != o.count ? count > o.count : other < o.other; }
};

// The best of each tile, as pairs.
void take_best(std::vector<TilePair>& out, int tile, std::vector<Ranked>& all, int most) {
    const auto best = std::min<std::ptrdiff_t>(most, std::ssize(all));
    std::partial_sort(all.begin(), all.begin() + best, all.end());
    for (std::ptrdiff_t k = 0; k < best; ++k) out.push_back(std::minmax(tile, all[static_cast<std::size_t>(k)].other));
}

void sort_once(std::vector<TilePair>& pairs) {
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
}

}  // namespace

std::vector<TilePair> pairs_to_compare(int tiles, const std::function<bool(int, int)>& asked, const Alikeness& rough) {
    std::vector<TilePair> out;
    std::vector<Ranked> others;
    for (int i = 0; i < tiles; ++i) {
        others.clear();
        for (int j = 0; j < tiles; ++j) {
            if (j == i || !asked(std::min(i, j), std::max(i, j))) continue;
            if (tiles <= kFewToCompare) {
                out.push_back(std::minmax(i, j));
            } else if (const int count = rough(std::min(i, j), std::max(i, j)); count > 0) {
                others.push_back({count, j});
            }
        }
        take_best(out, i, others, kBestToCompare);
    }
    sort_once(out);
    return out;
}

std::vector<TilePair> pairs_to_link(int tiles, const std::vector<TilePair>& compared, const Alikeness& alike) {
    if (tiles <= kFewToLink) return compared;
    std::vector<std::vector<Ranked>> some(static_cast<std::size_t>(tiles)), sure(static_cast<std::size_t>(tiles));
    for (const auto& [i, j] : compared) {
        const int count = alike(i, j);
        if (count <= 0) continue;
        for (const auto& [tile, other] : {TilePair{i, j}, TilePair{j, i}}) {
            some[static_cast<std::size_t>(tile)].push_back({count, other});
            if (count >= kSure) sure[static_cast<std::size_t>(tile)].push_back({count, other});
        }
    }
    std::vector<TilePair> out;
    for (int i = 0; i < tiles; ++i) {
        take_best(out, i, some[static_cast<std::size_t>(i)], kBest);
        take_best(out, i, sure[static_cast<std::size_t>(i)], kBestSure);
    }
    sort_once(out);
    return out;
}

}  // namespace nightstack
