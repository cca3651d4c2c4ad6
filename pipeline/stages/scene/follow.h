// SPDX-License-Identifier: MIT
// From a guess to the answer: the patches of each level are looked for where the level before says, and what they agree
// on is the next level's guess. Pure functions over prepared levels; any thread, one FollowScratch per thread.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"
#include "pipeline/stages/scene/motion_fit.h"
#include "pipeline/stages/scene/pyramid.h"
#include "pipeline/stages/scene/reference_levels.h"
#include "pipeline/stages/scene/scene_aligner.h"
#include "pipeline/stages/scene/scene_patch.h"

namespace nightstack {

struct FollowScratch {
    PatchScratch patch;
    std::vector<PatchMotion> motions;
    std::vector<std::pair<double, double>> gains;  // and what of the reference they were measured on
};

// Down the levels as long as the patches prove it (SceneOptions); where the finer ones drown in noise, the coarser
// ones' answer stands. `guess` is of the coarse search; `pyramid` is the frame's.
std::optional<SceneMatch> follow(const ReferenceLevels& levels, const CoarseGuess& guess, ImageView<const float> frame,
                                 const Pyramid& pyramid, const SceneOptions& options, FollowScratch& scratch);

}  // namespace nightstack
