// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/tiles_by_name.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "pipeline/core/natural_order.h"
#include "pipeline/graph/panorama/small_tile.h"
#include "pipeline/stages/stitch/links/coarse_shift.h"

namespace nightstack {
namespace {

constexpr double kRich = 2;  // detail of a small picture on a scale of 255

bool same_size(const TileLens& a, const TileLens& b) {
    return (a.width == b.width && a.height == b.height) || (a.width == b.height && a.height == b.width);
}

// A short list: a tile is compared with the first one of each lens.
int lens_for(const TilesByName& tiles, std::vector<std::size_t>& first_of_lens, std::size_t tile) {
    const auto same = std::find_if(first_of_lens.begin(), first_of_lens.end(), [&](std::size_t o) {
        return same_size(tiles.lenses[o], tiles.lenses[tile]) && tiles.told_f_px[o] == tiles.told_f_px[tile];
    });
    const auto lens = static_cast<int>(same - first_of_lens.begin());
    if (same == first_of_lens.end()) first_of_lens.push_back(tile);
    return lens;
}

}  // namespace

TilesByName tiles_by_name(std::span<const PanoramaTile> tiles, const PairLinks& looks, std::span<const int> number,
                          Runner& runner) {
    TilesByName out;
    out.number.assign(number.begin(), number.end());
    std::vector<std::size_t> first_of_lens;
    for (const int i : number) {
        const PanoramaTile& t = tiles[static_cast<std::size_t>(i)];
        const double longer = std::max(t.grey.width, t.grey.height);
        const bool told = t.told_f_px > 0 && std::isfinite(t.told_f_px);
        out.lenses.push_back({t.grey.width, t.grey.height, longer, 0, 0});
        out.told_f_px.push_back(told ? t.told_f_px : 0);
        out.greys.push_back(t.grey);
        out.corners.push_back(corners_of(looks.looks(i)));
        out.stems.push_back(t.stem);
        out.lens_of.push_back(lens_for(out, first_of_lens, out.lenses.size() - 1));
    }
    out.rich.resize(out.size());
    runner.run(static_cast<int>(out.size()), 1, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            const auto at = static_cast<std::size_t>(i);
            out.rich[at] = detail_of(SmallTile(out.greys[at]).view) >= kRich;
        }
    });
    return out;
}

std::vector<int> order_of_names(std::span<const PanoramaTile> tiles) {
    std::vector<int> out(tiles.size());
    std::iota(out.begin(), out.end(), 0);
    std::stable_sort(out.begin(), out.end(), [&](int i, int j) {
        return natural_less(tiles[static_cast<std::size_t>(i)].stem, tiles[static_cast<std::size_t>(j)].stem);
    });
    return out;
}

}  // namespace nightstack
