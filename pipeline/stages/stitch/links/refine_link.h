// SPDX-License-Identifier: MIT
// Places that two tiles have in common, measured by patches: from the small pictures down to full size, each step near
// what the one before found. Pure functions; any thread.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/stages/stitch/links/grey_tile.h"
#include "pipeline/stages/stitch/links/tile_link.h"

namespace nightstack {

struct RefineOptions {
    int most_places = 48;         // that are looked for
    double most_off_px = 6;       // by how much `b_from_a` may be wrong, pixels of the whole tile
    double least_likeness = 0.7;  // of a patch at full size
    double most_sigma_px = 0.4;
    bool rough = false;  // the small pictures are enough, where both have some of one scale: to a quarter of a pixel
};

// Where a pixel of a should lie in b; nothing where b does not see it.
using TileMap = std::function<std::optional<Point>(Point)>;

// `corners_a`: places of a (whole pixels) with something to hold on to, the strongest first; those that b sees are
// taken so that they are spread over what is common. What is returned lies in order of `corners_a`.
std::vector<Correspondence> refine_places(const GreyTile& a, const GreyTile& b, std::span<const Point> corners_a,
                                          const TileMap& b_from_a, const RefineOptions& options);

}  // namespace nightstack
