// SPDX-License-Identifier: MIT
// What is prepared of a reference: the coarse search and patches of a few levels of its pyramid. Immutable; any thread.
#pragma once

#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/stages/scene/coarse_search.h"
#include "pipeline/stages/scene/scene_patch.h"

namespace nightstack {

struct ReferenceLevels {
    // At least kLeastScenePx on each side. `turns` as in CoarseSearch.
    ReferenceLevels(ImageView<const float> reference, int turns);

    int coarse_level;
    CoarseSearch coarse;
    std::vector<ScenePatches> fine;  // from the coarsest; levels without patches are left out
    bool turn_shows;                 // the patches lie far enough apart to tell a turn

private:
    struct Cleaned;  // the plane without impulses, and its levels
    ReferenceLevels(const Cleaned& cleaned, int turns);
};

// The plane with single pixels brought into the range of their eight neighbours: a hot pixel would be a patch that is
// found at the same place in every frame. What optics draw is wider than a pixel and loses next to nothing.
Image<float> without_impulses(ImageView<const float> plane);

}  // namespace nightstack
