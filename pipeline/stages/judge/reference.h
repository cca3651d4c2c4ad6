// SPDX-License-Identifier: MIT
// Which frame the others are laid onto.
#pragma once

#include <optional>
#include <span>

#include "pipeline/core/geometry.h"
#include "pipeline/stages/judge/figures.h"

namespace nightstack {

struct ReferenceOptions {
    // Where each frame points, in pixels of any common frame (centre of the field); empty = unknown,
    // otherwise one per frame.
    std::span<const std::optional<Point>> pointing;
    double field_px = 3000;  // size of a frame: a frame that far from the middle loses a whole unit of score
};

// Position of the frame that is sharp, round, rich in stars, transparent and near the middle of the
// pointings; -1 when every frame was refused. Each figure counts as its logarithm against the session's
// median, and never for more than the best quarter of the session offers: a frame that beats all others
// in one figure is odd rather than good (hot pixels pass for very sharp stars). Frames that judge()
// would reject must be marked refused beforehand. Equal scores: the earliest frame.
// Throws OptionError when `pointing` has another length than `frames`.
int choose_reference(std::span<const FrameFigures> frames, const ReferenceOptions& options = {});

}  // namespace nightstack
