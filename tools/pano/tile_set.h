// SPDX-License-Identifier: MIT
// The tiles of a panorama, opened: their pixels in the scratch store, small pictures of them in memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "io/tiles/tile.h"
#include "pipeline/core/runner.h"
#include "pipeline/graph/panorama/placing.h"
#include "pipeline/stages/stitch/light/reduced_tile.h"

namespace nightstack::tools {

struct TileInput {
    std::filesystem::path file;
    std::string sha256;
    std::uint64_t bytes = 0;
    std::unique_ptr<io::Tile> tile;  // none where it failed
    std::string problem;             // why it is not used: could not be read, or a copy of another
    bool copy = false;               // ... the second
    int grey_level = 0;              // the small grey picture is 2^grey_level times smaller
    io::TileReductions small;        // grey for registration, light for seams and exposure
    double told_f_px = 0;

    bool usable() const { return tile != nullptr; }
    PanoramaTile as_panorama_tile(const std::string& stem) const;
    ReducedTile reduced_light() const;
};

inline constexpr int kLightBy = 8;  // pixels of a tile to one of its small picture in light

// Opens tiles, all at once or as they come. One thread calls; work is given to the runner.
class TileOpener {
public:
    // `fov_deg`: of a tile along its longer side, for all; 0: as files tell.
    explicit TileOpener(double fov_deg) : fov_deg_(fov_deg) {}

    // Each file costs itself alone. The second of two that are the same bytes is a copy. Throws Interrupted, and
    // IoError where the scratch store's disk is full.
    std::vector<TileInput> open(std::span<const std::filesystem::path> files, Runner& runner,
                                const std::stop_token& stop);

private:
    void mark_copies(std::vector<TileInput>& tiles);
    double fov_deg_;
    int grey_by_ = 0;                           // what suited the first tile, 0 before it
    std::map<std::string, std::string> known_;  // names by hashes
};

}  // namespace nightstack::tools
