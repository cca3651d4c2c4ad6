// SPDX-License-Identifier: MIT
// Which files are the tiles of a panorama: pictures that are named, and those in folders that are. Reads folders, opens
// no picture. Any thread.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace nightstack::tools {

struct TileFiles {
    std::vector<std::filesystem::path> files;  // as they were taken, by their names; none twice
    std::vector<std::string> notes;            // what was passed over, in words
};

// The order in which tiles are named and numbered everywhere: by their names, whatever folders they are in.
bool earlier_tile(const std::filesystem::path& a, const std::filesystem::path& b);

// A folder's own pictures (JPEG, PNG, TIFF); hidden ones, what a scope made of the tiles (`*thumbnail*`, `Thumbnail`,
// `stitched*`, `panorama.*`) and our own results (`*-verify.*` and what earlier_results.h knows) are passed over. A
// folder with nothing but one folder of pictures is that folder. Throws IoError for what is not there, OptionError for
// what is neither.
TileFiles find_tiles(std::span<const std::filesystem::path> inputs);

}  // namespace nightstack::tools
