// SPDX-License-Identifier: MIT
#include "pipeline/stages/astrometry/tier.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace nightstack {
namespace {

double from_middle_px(const SearchFrame& frame, std::size_t star) {
    return std::hypot(frame.stars[star].x - frame.middle.x, frame.stars[star].y - frame.middle.y);
}

}  // namespace

double nearest_useful_px(const SearchFrame& frame) {
    return std::max(4 * match_radius_px(frame), 0.03 * frame.diagonal_px());
}

PolarTable sky_table(const std::vector<Direction>& sky, double arcsec_per_px, double nearest_px, double farthest_px) {
    assert(sky.size() <= std::numeric_limits<std::uint16_t>::max());
    const double least = std::cos(farthest_px * arcsec_per_px / 3600 * kRadiansPerDegree);
    PolarTable table(sky.size());
    for (std::size_t i = 0; i < sky.size(); ++i) {
        const TangentPlane plane(sky[i], arcsec_per_px);
        for (std::size_t k = 0; k < sky.size(); ++k) {
            if (k == i || dot(sky[i], sky[k]) < least) continue;
            const Point p = plane.place(sky[k]);
            if (std::hypot(p.x, p.y) >= nearest_px) table[i].push_back(polar_entry(p.x, p.y, k));
        }
        close_row(table[i]);
    }
    return table;
}

std::vector<std::size_t> frame_anchors(const SearchFrame& frame, const TierSize& size) {
    std::vector<std::size_t> anchors(std::min(frame.stars.size(), static_cast<std::size_t>(size.bright)));
    std::iota(anchors.begin(), anchors.end(), std::size_t{0});
    std::stable_sort(anchors.begin(), anchors.end(),
                     [&](std::size_t a, std::size_t b) { return from_middle_px(frame, a) < from_middle_px(frame, b); });
    anchors.resize(std::min(anchors.size(), size.anchors));
    return anchors;
}

double anchor_reach_deg(const SearchFrame& frame, const TierSize& size, const FieldHints& hints) {
    double farthest_px = 0;
    for (const std::size_t a : frame_anchors(frame, size))
        farthest_px = std::max(farthest_px, from_middle_px(frame, a));
    return 1.01 * hints.max_error_deg + (1 + hints.scale_tolerance) * (farthest_px + 10) * hints.arcsec_per_px / 3600;
}

}  // namespace nightstack
