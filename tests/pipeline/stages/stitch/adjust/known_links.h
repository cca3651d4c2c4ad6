// SPDX-License-Identifier: MIT
// Links between cameras that are known: places drawn at random over what both see.
#pragma once

#include <random>
#include <vector>

#include "pipeline/stages/stitch/adjust/bundle.h"

namespace nightstack {

struct LinkDice {
    double noise_px = 0;
    double outliers = 0;  // share of places that lie anywhere
    int places = 40;
    unsigned seed = 1;
};

// Between all pairs that have at least a tenth in common.
std::vector<TileLink> known_links(const std::vector<BundleCamera>& truth, const LinkDice& dice);

// Columns times rows about the horizon.
std::vector<BundleCamera> camera_grid(int columns, int rows, double step_deg, const TileLens& lens);

// As they are, with rotations off by up to `off_rad` and another lens.
std::vector<BundleCamera> shaken(std::vector<BundleCamera> truth, double off_rad, double f_factor, unsigned seed);

// The worst angle between where two neighbours look against each other here and there.
double worst_turn_rad(const std::vector<BundleCamera>& found, const std::vector<BundleCamera>& truth);

}  // namespace nightstack
