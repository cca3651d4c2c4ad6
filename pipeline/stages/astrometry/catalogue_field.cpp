// SPDX-License-Identifier: MIT
#include "pipeline/stages/astrometry/catalogue_field.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <tuple>

namespace nightstack {
namespace {

bool is_star(const CatalogueStar& s) {
    return std::isfinite(s.place.ra_deg) && std::abs(s.place.ra_deg) <= 720 && std::abs(s.place.dec_deg) <= 90 &&
           std::isfinite(s.magnitude);
}

std::vector<CatalogueStar> brightest_near(std::span<const CatalogueStar> stars, const Direction& centre,
                                          double least_cosine) {
    std::vector<CatalogueStar> near;
    std::copy_if(stars.begin(), stars.end(), std::back_inserter(near), [&](const CatalogueStar& s) {
        return is_star(s) && dot(direction_of(s.place), centre) >= least_cosine;
    });
    std::sort(near.begin(), near.end(), [](const CatalogueStar& a, const CatalogueStar& b) {
        return std::tie(a.magnitude, a.place.ra_deg, a.place.dec_deg) <
               std::tie(b.magnitude, b.place.ra_deg, b.place.dec_deg);
    });
    if (near.size() > kMostSky) near.resize(kMostSky);
    return near;
}

// How many of `brighter` are neighbours; nothing when it is one of them or when they are too many.
std::optional<int> rank_among(const std::vector<RankedStar>& brighter, const Direction& d, double neighbour_cosine,
                              double twin_cosine) {
    int rank = 0;
    for (const RankedStar& b : brighter) {
        const double cosine = dot(b.direction, d);
        if (cosine < neighbour_cosine) continue;
        if (cosine > twin_cosine || ++rank >= kMostRank) return std::nullopt;
    }
    return rank;
}

}  // namespace

CatalogueField::CatalogueField(std::span<const CatalogueStar> stars, const SkyPoint& centre, double radius_deg,
                               double frame_area_deg2, double separation_arcsec)
    : centre_(direction_of(centre)) {
    const double neighbour_deg = std::sqrt(frame_area_deg2 / std::numbers::pi);
    const double neighbour_cosine = std::cos(neighbour_deg * kRadiansPerDegree);
    const double twin_cosine = std::cos(separation_arcsec / 3600 * kRadiansPerDegree);
    for (const CatalogueStar& s : brightest_near(stars, centre_, std::cos(radius_deg * kRadiansPerDegree))) {
        const Direction d = direction_of(s.place);
        if (const auto rank = rank_among(stars_, d, neighbour_cosine, twin_cosine)) stars_.push_back({d, *rank});
    }
}

std::vector<Direction> CatalogueField::in_cone(const Direction& centre, double radius_deg) const {
    const double least = std::cos(radius_deg * kRadiansPerDegree);
    std::vector<Direction> inside;
    for (const RankedStar& s : stars_) {
        if (dot(s.direction, centre) >= least) inside.push_back(s.direction);
    }
    return inside;
}

BrightSky CatalogueField::brighter_than_rank(int rank, int anchor_rank, double reach_deg) const {
    const double least = std::cos(reach_deg * kRadiansPerDegree);
    BrightSky bright;
    const auto take = [&](bool anchors) {
        for (const RankedStar& s : stars_) {
            const bool anchor = s.rank < anchor_rank && dot(s.direction, centre_) >= least;
            if (s.rank < rank && anchor == anchors) bright.sky.push_back(s.direction);
        }
    };
    take(true);
    bright.anchors = static_cast<int>(bright.sky.size());
    take(false);
    return bright;
}

}  // namespace nightstack
