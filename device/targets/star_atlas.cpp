// SPDX-License-Identifier: MIT
#include "device/targets/star_atlas.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <tuple>

#include "device/targets/made_up_stars.h"
#include "device/targets/star_pack.h"

namespace nightstack::device {
namespace {

bool before(const AtlasStar& a, const AtlasStar& b) {
    if (a.magnitude != b.magnitude) return a.magnitude < b.magnitude;
    return std::make_tuple(!a.real, a.place.ra_deg, a.place.dec_deg) <
           std::make_tuple(!b.real, b.place.ra_deg, b.place.dec_deg);
}

void append_real(const StarPack& pack, int cell, double faintest, std::vector<AtlasStar>& out) {
    for (std::size_t i = pack.begin_of(cell); i < pack.end_of(cell) && pack.magnitude(i) < faintest; ++i)
        out.push_back(pack.star(cell, i));
}

}  // namespace

std::vector<AtlasStar> stars_near(const Equatorial& centre, double radius_deg, double faintest,
                                  std::optional<std::uint64_t> made_up_seed) {
    assert(std::abs(centre.dec_deg) <= 90 && radius_deg >= 0 && radius_deg <= 180);
    const StarPack& pack = StarPack::instance();
    const UnitVector axis = unit_vector(centre);
    const double least = std::cos(radius_deg * std::numbers::pi / 180);
    std::vector<AtlasStar> stars;
    for (const CellInCone& touched : pack.cells().in_cone(centre, radius_deg)) {
        const auto begin = static_cast<std::ptrdiff_t>(stars.size());
        append_real(pack, touched.cell, faintest, stars);
        if (made_up_seed) append_made_up(pack, touched.cell, faintest, *made_up_seed, stars);
        if (touched.whole) continue;
        const auto outside = [&](const AtlasStar& star) { return dot(unit_vector(star.place), axis) < least; };
        stars.erase(std::remove_if(stars.begin() + begin, stars.end(), outside), stars.end());
    }
    std::sort(stars.begin(), stars.end(), before);
    return stars;
}

}  // namespace nightstack::device
