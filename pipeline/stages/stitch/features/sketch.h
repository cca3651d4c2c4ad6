// SPDX-License-Identifier: MIT
// Whether two pictures may show the same at all, at a hundredth of what matching costs: each description in 128 bits
// (Calonder et al. 2010, "BRIEF", section 3: what is compared is how many bits differ). Pure functions; any thread, the
// same on every CPU level.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/stages/stitch/features/feature.h"

namespace nightstack {

// Bit k of a description: whether its part k is large. Two words each.
struct FeatureSketch {
    std::vector<std::uint64_t> low, high;
};

FeatureSketch sketch_of(std::span<const Description> looks);

// How many of a find one of b that differs in clearly fewer bits than the next: a count to rank pairs of pictures by.
// Not quite the same the other way round.
int sketch_likeness(const FeatureSketch& a, const FeatureSketch& b);

}  // namespace nightstack
