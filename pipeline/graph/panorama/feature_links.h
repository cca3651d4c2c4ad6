// SPDX-License-Identifier: MIT
// What is looked for in a tile once, and the link between two tiles by what was found. Pure functions; any thread.
#pragma once

#include <optional>
#include <vector>

#include "pipeline/stages/stitch/features/feature.h"
#include "pipeline/stages/stitch/features/sketch.h"
#include "pipeline/stages/stitch/links/grey_tile.h"
#include "pipeline/stages/stitch/links/tile_link.h"

namespace nightstack {

struct TileLooks {
    Features features;  // places in pixels of the whole tile
    FeatureSketch sketch;
};

// `turned`: found again under any roll.
TileLooks look_at(const GreyTile& tile, bool turned);

// Whole pixels, the strongest first: what patches are laid on.
std::vector<Point> corners_of(const TileLooks& upright);

// How many features of the two look alike, of the strongest few: a quick measure of whether they overlap. The same both
// ways.
int likeness_count(const TileLooks& a, const TileLooks& b);

// The places the two have in common, when these are more than chance makes (Brown and Lowe 2007, section 3.3, of the
// matches that lie in what both see). Tiles are numbered by the caller. `tolerance_px`: of the whole tile.
std::optional<TileLink> link_by_features(const Features& a, const Features& b, const GreyTile& tile_b,
                                         double tolerance_px);

}  // namespace nightstack
