// SPDX-License-Identifier: MIT
// One round of the search: how many stars take part in it, and what they see. Inner part of the astrometry room; pure,
// any thread.
#pragma once

#include <cstddef>
#include <vector>

#include "pipeline/stages/astrometry/field_solver.h"
#include "pipeline/stages/astrometry/sky_plane.h"
#include "pipeline/stages/astrometry/sky_search.h"
#include "pipeline/stages/registration/votes.h"

namespace nightstack {

// All stars of a tier vote; anchors are only the brightest of both lists, and of the frame those nearest to its middle:
// one true pair of them is enough, and a star in the middle has its neighbours nearby. The cost of a tier goes with its
// anchors of both sides, times the stars of the catalogue around one.
struct TierSize {
    int stars;
    int bright;  // of which so many may be anchors
    std::size_t anchors;
};

// Neighbours nearer than this tell no angle.
double nearest_useful_px(const SearchFrame& frame);

// Each star's neighbours in the plane that touches the sky at that star.
PolarTable sky_table(const std::vector<Direction>& sky, double arcsec_per_px, double nearest_px, double farthest_px);

// Of the brightest stars those nearest to the middle of the frame.
std::vector<std::size_t> frame_anchors(const SearchFrame& frame, const TierSize& size);

// How far from where the telescope was told to look an anchor's star can be.
double anchor_reach_deg(const SearchFrame& frame, const TierSize& size, const FieldHints& hints);

}  // namespace nightstack
