// SPDX-License-Identifier: MIT
#include "pipeline/stages/live/live_field.h"

#include <cmath>

namespace nightstack {

Rect reference_field(int width, int height, double scale) {
    const auto cells = [&](int length) { return static_cast<int>(std::floor(length * scale + 1e-9)); };
    return {0, 0, cells(width), cells(height)};
}

}  // namespace nightstack
