// SPDX-License-Identifier: MIT
// A picture as it goes to a screen: every plane stretched, the planes interleaved, row by row. Whatever shows a stack
// takes its rows from here, so that all show the same.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "pipeline/stages/display/stretch.h"

namespace nightstack {

class StretchedRows {
public:
    // One entry of `stretch` per plane.
    StretchedRows(PictureRows picture, std::vector<ChannelStretch> stretch);

    // Fills the width * planes samples of row y. Any row, from several threads at once.
    void operator()(int y, std::span<std::uint8_t> row) const;
    void operator()(int y, std::span<std::uint16_t> row) const;

private:
    PictureRows picture_;
    std::vector<ChannelStretch> stretch_;
};

}  // namespace nightstack
