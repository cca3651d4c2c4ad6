// SPDX-License-Identifier: MIT
// The catalogue around a place, brightest first, and how bright each star is among its neighbours: in a frame that
// shows it, it is about the rank-th brightest. So one depth of search suits the Milky Way and the empty sky beside it.
// Inner part of the astrometry room. Constant once made: any thread.
#pragma once

#include <span>
#include <vector>

#include "pipeline/stages/astrometry/field_solver.h"
#include "pipeline/stages/astrometry/sky_plane.h"

namespace nightstack {

struct RankedStar {
    Direction direction;
    int rank = 0;  // brighter stars within a circle as large as the frame
};

inline constexpr int kMostRank = 200;            // fainter ones are left out,
inline constexpr std::size_t kMostSky = 20'000;  // as are those beyond this many of the whole place

// Stars brighter than some rank, those that may be anchors first.
struct BrightSky {
    std::vector<Direction> sky;
    int anchors = 0;
};

class CatalogueField {
public:
    // Of the stars within `radius_deg` of `centre`. A star closer than `separation_arcsec` to a brighter one is the
    // same star listed twice. Stars whose numbers cannot be are left out.
    CatalogueField(std::span<const CatalogueStar> stars, const SkyPoint& centre, double radius_deg,
                   double frame_area_deg2, double separation_arcsec);

    const std::vector<RankedStar>& stars() const { return stars_; }
    std::vector<Direction> in_cone(const Direction& centre, double radius_deg) const;  // brightest first
    // Anchors are those brighter than `anchor_rank` and within `reach_deg` of the centre.
    BrightSky brighter_than_rank(int rank, int anchor_rank, double reach_deg) const;

private:
    Direction centre_;
    std::vector<RankedStar> stars_;
};

}  // namespace nightstack
