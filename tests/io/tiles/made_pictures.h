// SPDX-License-Identifier: MIT
// Picture files for the tests of tiles.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace nightstack::io::test {

// The value of channel c of pixel (x, y) below `top`: no two neighbours alike, no symmetry.
unsigned made_sample(int x, int y, int c, unsigned top);

// By libpng: 1 gray, 2 gray and alpha, 3 RGB, 4 RGBA; of 8 or 16 bits.
void make_png(const std::filesystem::path& path, int width, int height, int channels, int bits,
              bool interlaced = false);

// An Exif segment's content that says an orientation and nothing else.
std::string orientation_exif(int orientation);
// The JPEG file with it.
std::string with_orientation(const std::string& jpeg, int orientation);

// Where the stored pixel (x, y) of a width x height picture is seen, by the Exif standard's words for where row 0 and
// column 0 are.
struct Spot {
    int x, y;
};
Spot upright(int orientation, int width, int height, int x, int y);

}  // namespace nightstack::io::test
