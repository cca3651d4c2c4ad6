// SPDX-License-Identifier: MIT
// Plain twins of pipeline/stages/background: cell by cell and pixel by pixel, obviously right, slow.
#pragma once

#include <optional>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/stages/background/background_model.h"

namespace nightstack::reference {

struct CellSky {
    float level = 0, sigma = 0;
    int samples = 0;
};

// The pixels of `cell` (inside the plane), sorted and clipped anew in each round from the sorted list.
CellSky cell_sky(ImageView<const float> plane, const Rect& cell);

// value - (surface - level) for one pixel, from the model's value there.
float flattened(const BackgroundModel& model, float value, int x, int y);

}  // namespace nightstack::reference
