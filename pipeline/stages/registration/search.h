// SPDX-License-Identifier: MIT
// The blind search of the matcher: from the brightest stars to many, from the likeliest scales to
// all, until something is proven. Inner part of the registration room.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "pipeline/stages/registration/hypothesis.h"

namespace nightstack {

// The stars that may vote, brightest first; `index` is the position in the field's lists, over all
// of which the proof is counted.
struct Voters {
    std::vector<StarPoint> ref;
    std::vector<StarPoint> frame;
};
Voters voters_of(const Field& field);

// Positions in two lists of points to the `index` of these points.
StarPair in_field(const StarPair& p, std::span<const StarPoint> ref, std::span<const StarPoint> frame);

// Any two stars of one list may be any two of the other.
SearchEffort blind_effort(std::size_t ref_stars, std::size_t frame_stars);

bool accepted(const Hypothesis& h, const MatchOptions& options);

// The first proven hypothesis, or the one that came nearest.
Hypothesis search_blind(const Field& field, const Voters& voters, const MatchOptions& options);

}  // namespace nightstack
