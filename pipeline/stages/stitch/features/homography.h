// SPDX-License-Identifier: MIT
// Which of the matches of two pictures belong to one plane projective transform, and that transform. Pictures of a
// camera that only turns are related by one. Pure functions; any thread.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "pipeline/core/geometry.h"
#include "pipeline/core/transform.h"

namespace nightstack {

struct PlacePair {
    Point a, b;
};

struct HomographyOptions {
    double tolerance_px = 4;  // a lens bends lines, and features lie to about a pixel
    int most_tries = 1500;
    double cell_px = 0;  // pairs within one such square of `a` count as one; 0: each counts
};

struct HomographyFit {
    Transform b_from_a;
    std::vector<bool> fits;  // one per pair
    int inliers = 0;
};

// The transform that most pairs fit, counted by the places they come from: a pole near by has more corners than all
// that lies behind it, but it stands in few places. Four pairs at a time, the surest first in turn (Chum and Matas
// 2005, PROSAC: the pool grows from the front), then least squares over those that fit. Mirrored or squeezed ones (area
// by more than 4) are none. The same pairs give the same answer. Nothing when fewer than 6 fit.
std::optional<HomographyFit> fit_homography(std::span<const PlacePair> surest_first, const HomographyOptions& options);

// Least squares over all pairs; nothing when they do not determine it.
std::optional<Transform> homography_of(std::span<const PlacePair> pairs);

}  // namespace nightstack
