// SPDX-License-Identifier: MIT
// Links measured to hundredths of a pixel, once it is known roughly where all tiles lie. Pure functions over `Runner`.
#pragma once

#include <span>
#include <vector>

#include "pipeline/core/runner.h"
#include "pipeline/stages/stitch/adjust/bundle.h"
#include "pipeline/stages/stitch/links/grey_tile.h"
#include "pipeline/stages/stitch/links/refine_link.h"

namespace nightstack {

struct PatchLinkOptions {
    double most_off_px = 8;  // by how much places may be wrong, pixels of the whole tile
    int most_places = 20;    // of each of the two tiles
    double least_overlap = 0.02;
    bool rough = false;            // a quarter of a pixel is enough
    std::span<const char> only{};  // of each tile: pairs without one of these are left out; empty: all pairs
};

// Between all tiles of one group that see the same. Where a pair has a link in `rough` already, patches are looked for
// where its places say rather than the cameras: what is near moves between hand-held pictures as no turned camera makes
// it. Links with fewer than four places are left out. `group`: of each tile, negative: not asked for.
std::vector<TileLink> patch_links(std::span<const GreyTile> tiles, std::span<const std::vector<Point>> corners,
                                  std::span<const BundleCamera> cameras, std::span<const int> group,
                                  std::span<const TileLink> rough, const PatchLinkOptions& options, Runner& runner);

}  // namespace nightstack
