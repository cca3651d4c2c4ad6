// SPDX-License-Identifier: MIT
// A canvas of made samples, block by block, and its levels the slow, obviously right way.
#pragma once

#include <cstddef>
#include <vector>

#include "io/pano_files/block_writer.h"

namespace nightstack::io::test {

// Samples as doubles, channels side by side.
struct Canvas {
    BlockGrid grid;
    std::vector<double> samples;
    double at(int x, int y, int c) const {
        return samples[(static_cast<std::size_t>(y) * static_cast<std::size_t>(grid.width) +
                        static_cast<std::size_t>(x)) *
                           static_cast<std::size_t>(grid.channels) +
                       static_cast<std::size_t>(c)];
    }
};

// Waves and noise; alpha is 0 in places.
Canvas made_canvas(const BlockGrid& grid);
// As a writer takes them.
std::vector<std::byte> bytes_of_part(const Canvas& canvas, const Rect& place);
// The next level: means of 2x2 of what is there, weighted by alpha, rounded where samples are whole.
Canvas half_of(const Canvas& from);

}  // namespace nightstack::io::test
