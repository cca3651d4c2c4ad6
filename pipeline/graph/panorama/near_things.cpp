// SPDX-License-Identifier: MIT
#include "pipeline/graph/panorama/near_things.h"

#include <algorithm>
#include <cstddef>

#include "pipeline/stages/stitch/adjust/surest_turn.h"

namespace nightstack {
namespace {

constexpr std::ptrdiff_t kLeastPlaces = 8;
constexpr double kTolerance =
    0.004;  // of the longer side of a tile: features lie to a pixel or two of the small picture

}  // namespace

bool drop_near_things(std::span<const BundleCamera> cameras, std::span<TileLink> links) {
    bool changed = false;
    for (TileLink& link : links) {
        const TileLens& a = cameras[static_cast<std::size_t>(link.a)].camera.lens;
        const TileLens& b = cameras[static_cast<std::size_t>(link.b)].camera.lens;
        const SurestTurn sure = surest_turn(a, b, link, kTolerance * std::max(b.width, b.height));
        const auto kept = std::count(sure.fits.begin(), sure.fits.end(), true);
        if (kept == std::ssize(sure.fits) || kept < kLeastPlaces || 2 * sure.squares < sure.squares_in_all) continue;
        std::vector<Correspondence> places;
        for (std::size_t i = 0; i < sure.fits.size(); ++i)
            if (sure.fits[i]) places.push_back(link.places[i]);
        link.places = std::move(places);
        changed = true;
    }
    return changed;
}

}  // namespace nightstack
