// SPDX-License-Identifier: MIT
// Small tiles of a drawn scene as files, for tests that run the program.
#pragma once

#include <filesystem>
#include <string>

#include "io/image_files/png.h"
#include "tests/support/pano/grey_scene.h"

namespace nightstack::test {

inline constexpr int kDrawnWidth = 240, kDrawnHeight = 180;
inline constexpr double kDrawnFocal = 330;

// How the tile at a place of the grid looks, two rows about the horizon.
TileCamera drawn_camera(int row, int column);

// `row` fills the samples of one row, side by side. Folders are made.
void write_png8(const std::filesystem::path& path, int width, int height, int channels, const io::PngRow8& row);

// As PNG.
void write_tile(const std::filesystem::path& path, const GreyDrawn& tile);

// One look straight into the texture of that seed.
void write_tile(const std::filesystem::path& path, unsigned seed);

// A grid of two rows, `columns` of its tiles, all in one place of a texture: BEGIN0_0.png ...
void write_grid(const std::filesystem::path& folder, int columns, unsigned seed, const std::string& begin = "");

}  // namespace nightstack::test
