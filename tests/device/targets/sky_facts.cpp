// SPDX-License-Identifier: MIT
#include "sky_facts.h"

#include <algorithm>
#include <cmath>

namespace nightstack::device {
namespace {

constexpr StarFact kStars[] = {
#define STAR_FACTS
#include "sky_facts.inc"
#undef STAR_FACTS
};

constexpr BodyFact kBodies[] = {
#include "sky_facts.inc"
};

}  // namespace

std::span<const StarFact> star_facts() { return kStars; }
std::span<const BodyFact> body_facts() { return kBodies; }

double between_arcsec(double lat_a_deg, double lon_a_deg, double lat_b_deg, double lon_b_deg) {
    constexpr double kDegree = 0.017453292519943295;
    const double s = std::sin((lat_a_deg - lat_b_deg) / 2 * kDegree);
    const double t = std::sin((lon_a_deg - lon_b_deg) / 2 * kDegree);
    const double h = s * s + std::cos(lat_a_deg * kDegree) * std::cos(lat_b_deg * kDegree) * t * t;
    return 2 * std::asin(std::sqrt(std::min(1.0, h))) / kDegree * 3600;
}

}  // namespace nightstack::device
