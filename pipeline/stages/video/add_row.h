// SPDX-License-Identifier: MIT
// The innermost loop of stacking video: a stretch of a row, read between four pixels of bytes and added to a sum.
#pragma once

#include <cstdint>

namespace nightstack {

// Pixel i of the stretch lies between upper[i], upper[i + 1] and the two below: x + i dx to the right of upper[i],
// y + i dy below it, all in 0 ... 1.
struct RowStretch {
    const std::uint8_t* upper = nullptr;
    const std::uint8_t* lower = nullptr;
    int length = 0;
    float x = 0, dx = 0;
    float y = 0, dy = 0;
};

// The same bits at every instruction level.
void add_stretch(float* sum, const RowStretch& stretch);

}  // namespace nightstack
