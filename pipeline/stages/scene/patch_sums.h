// SPDX-License-Identifier: MIT
// The sums by which a patch is held against a window of the frame. A free function; any thread; the same bits on every
// CPU level: eight lanes, each added in order, then (0 + 4) + (2 + 6) + ((1 + 5) + (3 + 7)).
#pragma once

namespace nightstack {

struct PatchSums {
    float x = 0;        // sx * v
    float y = 0;        // sy * v
    float patch = 0;    // patch * v
    float sum = 0;      // v
    float squares = 0;  // v * v
};

// v = window - base; `n` is a multiple of 8. A pixel that is not a number makes every sum one.
PatchSums patch_sums(const float* window, const float* patch, const float* sx, const float* sy, float base, int n);

}  // namespace nightstack
