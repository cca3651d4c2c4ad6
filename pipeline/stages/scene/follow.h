// SPDX-License-Identifier: MIT
// From a guess to the answer: the patches of each level are looked for where the level before says, and what they agree
// on is the next level's guess. What they agree on is then held against what they know (motion_fit.h): the axis of
// motion that is known least is tried, by looking for some patches once more half a px off along it. Texture of the
// scene moves along; the reference's noise, which the fit takes for texture, does not, and its part in the error is
// taken back:
//
//   error of the axis = standard error of the fit / share of the half px that the patches tell
//
// Pure functions over prepared levels; any thread, one FollowScratch per thread.
#pragma once

#include <cstddef>
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
    struct Tried {
        std::size_t level, patch;  // indices
    };
    std::vector<Tried> tried;  // those of `motions`
    std::vector<PatchMotion> motions, before, after;
    std::vector<std::pair<double, double>> gains;  // and what of the reference they were measured on
};

struct Followed {
    SceneMatch match;
    MotionAxis weakest;        // between whole planes, of the reference
    double weakest_error = 0;  // px rms over the patches
    double turn_error = 0;     // the same of the turn, be it fitted or not
    std::size_t level = 0;     // index of the finest that was proven
};

// Down the levels as long as the patches prove it (SceneOptions); where the finer ones drown in noise, the coarser
// ones' answer stands. `guess` is of the coarse search, `expected` the prior's place between whole planes; `pyramid` is
// the frame's.
std::optional<Followed> follow(const ReferenceLevels& levels, const CoarseGuess& guess, const Transform& expected,
                               ImageView<const float> frame, const Pyramid& pyramid, const SceneOptions& options,
                               FollowScratch& scratch);

// Once more from `ref_from_frame`, at the level of `found`, with its weakest axis held.
std::optional<Followed> follow_held(const ReferenceLevels& levels, const Followed& found,
                                    const Transform& ref_from_frame, ImageView<const float> frame,
                                    const Pyramid& pyramid, const SceneOptions& options, FollowScratch& scratch);

}  // namespace nightstack
