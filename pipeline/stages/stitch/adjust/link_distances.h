// SPDX-License-Identifier: MIT
// By how much the places of links miss, and what that says of them together. Pure functions; any thread.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "pipeline/stages/stitch/adjust/bundle.h"

namespace nightstack {

// Of all places of a link, pixels of the second tile; 10,000 where that does not see it.
std::vector<double> distances_px(std::span<const BundleCamera> cameras, const TileLink& link);

// The same in units of what is expected of each place, which is believed to be `floor_px` or worse.
std::vector<double> relative_distances(std::span<const BundleCamera> cameras, const TileLink& link, double floor_px);
std::vector<double> relative_distances(std::vector<double> distances_px, const TileLink& link, double floor_px);

// The robust deviation of one axis: the median distance of two normal errors is 1.1774 of it.
double deviation_of(std::vector<double> distances);
// Of all places, in units of what is expected of them.
double deviation_of(std::span<const BundleCamera> cameras, std::span<const TileLink> links, double floor_px);

// Places that miss by so many deviations count half: 95 % efficient for normal errors (Holland and Welsch 1977).
inline constexpr double kCauchy = 2.4;

// Cauchy's cost of one place that misses by so many deviations.
inline double cauchy_cost(double deviations) {
    const double e = deviations / kCauchy;
    return kCauchy * kCauchy * std::log1p(e * e);
}

}  // namespace nightstack
