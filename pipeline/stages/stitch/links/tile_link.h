// SPDX-License-Identifier: MIT
// What two tiles of a panorama have in common: places that show the same thing. Values; no thread rule.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "pipeline/core/geometry.h"

namespace nightstack {

// How the two were brought together: by places that look alike, by correlating the pictures, or by the grid alone.
enum class LinkSource { feature, phase, grid };

constexpr std::string_view name(LinkSource source) {
    return source == LinkSource::feature ? "feature" : source == LinkSource::phase ? "phase" : "grid";
}

struct Correspondence {
    Point a, b;           // pixels of the two tiles
    double sigma_px = 1;  // expected error of b per axis
};

struct TileLink {
    int a = 0, b = 0;  // indices of tiles
    LinkSource source = LinkSource::feature;
    std::vector<Correspondence> places;
};

}  // namespace nightstack
