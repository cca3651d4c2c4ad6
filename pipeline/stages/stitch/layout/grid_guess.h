// SPDX-License-Identifier: MIT
// The grid behind a sequence of tiles, found from where some of them look: how many columns, row by row or column by
// column, every second one backwards or not; and from it where the others should look. Pure functions; any thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "pipeline/stages/stitch/camera/rotation.h"
#include "pipeline/stages/stitch/layout/grid_place.h"

namespace nightstack {

struct GridTile {
    std::optional<Rotation> world_from_camera;  // where it is known
    std::optional<GridPlace> place;             // where its name says it
};

struct GridGuess {
    int rows = 0, columns = 0;
    std::vector<GridPlace> places;            // of each tile
    std::vector<Rotation> world_from_camera;  // where each should look
    double miss = 0;                          // typical distance of a known tile from its place, in steps of the grid
    int outliers = 0;                         // known tiles that are not where the grid has them
};

// `tiles` in the order in which they were taken. World directions must stand upright (a row is of one latitude).
// Nothing when no grid fits what is known: fewer than three known tiles, or these in no order. With places by name no
// order is guessed.
std::optional<GridGuess> guess_grid(std::span<const GridTile> tiles);

}  // namespace nightstack
