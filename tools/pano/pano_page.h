// SPDX-License-Identifier: MIT
// The report of a panorama as one HTML page: the picture with what each tile covers and how well they hang together,
// the tiles, their gains, the links. Text in, text out; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tools/pano/pano_report.h"

namespace nightstack::tools {

// A panorama at the size of a page.
struct PagePanorama {
    int width = 0, height = 0;
    std::string jpeg;
    Projection projection;
};

std::string pano_page(const PanoReport& report, std::span<const PagePanorama> pictures, const std::string& title);

// The outline of a tile in a picture, as points; several where it lies across the seam of a map that repeats.
std::vector<std::vector<Point>> outline_of(const TileCamera& camera, const Projection& projection, int width);

}  // namespace nightstack::tools
