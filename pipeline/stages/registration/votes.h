// SPDX-License-Identifier: MIT
// The blind search. Every star of one list is tried as the partner of every star of the other (the
// anchor pair); the other stars then vote: two of them at the same distance from their anchors
// vote for the angle between them. If the anchors are the same star, all common stars vote for one
// angle. Nothing local is asked of the field, so half the stars may be strangers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/stages/registration/pairing.h"
#include "pipeline/stages/registration/usable_stars.h"

namespace nightstack {

// The other stars as one star sees them, by distance; those too near to tell an angle left out.
struct PolarEntry {
    std::int32_t distance = 0;  // in 1/16 px: integers compare without a branch
    std::uint16_t angle = 0;    // 65536 per turn
    std::uint16_t star = 0;     // position in the points
};
// Every row ends with this many entries at the largest distance, so that loops need no end test.
inline constexpr std::size_t end_marks = 8;
using PolarRow = std::vector<PolarEntry>;
using PolarTable = std::vector<PolarRow>;
// Star number `star` as seen from (dx, dy) px away; and what makes a row of such: order, and the marks at its end.
PolarEntry polar_entry(double dx, double dy, std::size_t star);
void close_row(PolarRow& row);
PolarTable polar_table(std::span<const StarPoint> points, double nearest_px);

struct ScaleRange {
    double min = 1;
    double max = 1;
};

struct Vote {
    int ref = 0;  // the anchors
    int frame = 0;
    int bin = 0;      // first of the two neighbouring angle bins
    int slice = 0;    // which of the scale ranges
    float score = 0;  // log-likelihood ratio of so many votes in one place, against evenly spread votes
};

inline constexpr int angle_bins = 512;

// Adds the best angle of every pair of the first `anchors` stars of each list whose score is not hopeless. Order: ref,
// then frame. `tolerance_px` is how far two distances of the same pair of stars may differ beyond the scale.
void collect_votes(std::vector<Vote>& votes, const PolarTable& ref, const PolarTable& frame, int anchors,
                   ScaleRange scale, int slice, double tolerance_px);

// The star pairs that voted for v, without the anchors.
std::vector<StarPair> supporters(const Vote& v, const PolarTable& ref, const PolarTable& frame, ScaleRange scale,
                                 double tolerance_px);

}  // namespace nightstack
