// SPDX-License-Identifier: MIT
// Which features of two pictures look alike: the nearest of each other, clearly nearer than the next (Lowe 2004). Pure
// functions; any thread, the same on every CPU level.
#pragma once

#include <span>
#include <vector>

#include "pipeline/stages/stitch/features/feature.h"

namespace nightstack {

struct FeatureMatch {
    int a = 0, b = 0;    // indices
    float distance = 0;  // against that of the next nearest: 0 sure, 1 a toss
};

// The surest first. `most_ratio`: a match further away than this share of the next nearest is none.
std::vector<FeatureMatch> match_features(std::span<const Description> a, std::span<const Description> b,
                                         float most_ratio = 0.85F);

}  // namespace nightstack
