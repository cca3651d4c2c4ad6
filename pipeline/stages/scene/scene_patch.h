// SPDX-License-Identifier: MIT
// Patches of the reference that can be found again: where it has texture well above its noise, spread over the plane.
// Of each, what is needed to find it in a frame is worked out once (Lucas, Kanade 1981, in the inverse compositional
// form of Baker, Matthews 2004): filters which, held against the frame's pixels, tell how far the patch has moved.
//
//   frame(p) = gain * reference(p + d) + offset      d is looked for, gain and offset do not matter
//   sx, sy   gradient of the patch, smoothed twice (so that the patch's own noise and the interpolation weigh little),
//   with
//            its mean and its share of the patch itself taken out (of the patch without its noise, or a slope would be
//            pulled along by it): no gain and no offset then touches the result
//   H        sx, sy against the plain gradient; d = H^-1 (sum sx * frame, sum sy * frame) / gain
//
// Immutable values after construction; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"

namespace nightstack {

struct ScenePatch {
    int x = 0, y = 0;   // first pixel, in the level's plane
    double energy = 0;  // sum of squares of the patch about its mean
    double signal = 0;  // of that what is not noise
    double noise = 0;   // of a pixel
    // H by its axes: along (ux, uy) the curvature is `strong`, across it `weak` (an edge has only the first).
    double ux = 1, uy = 0;
    double strong = 0, weak = 0;
    double noise_energy = 0;  // what the reference's own noise added to both; taken off them
    std::size_t at = 0;       // into ScenePatches::pixels: the patch about its mean, sx, sy, side * side each
};

struct ScenePatches {
    int level = 0;
    int side = 0;  // px of the level; side * side is a multiple of 8
    std::vector<ScenePatch> patches;
    std::vector<float> pixels;
    Point centre(const ScenePatch& p) const { return {p.x + 0.5 * (side - 1), p.y + 0.5 * (side - 1)}; }
};

// At most `most`: the best of each cell of a grid first, then the next best anywhere.
ScenePatches choose_patches(ImageView<const float> plane, int level, int side, int most);

// How far one patch lies off where it was looked for, in px of the level.
struct PatchShift {
    double along = 0, across = 0;  // components of d on the patch's axes
    double gain = 0;               // frame over reference
    double correlation = 0;        // of patch and frame, -1 to 1
    double along_error = 0,
           across_error = 0;  // standard errors, from what the patch does not explain; 0 = knows nothing
};

// Work memory for one thread.
struct PatchScratch {
    Image<float> window;
};

// Empty when the frame does not cover the patch.
std::optional<PatchShift> find_patch(const ScenePatches& patches, const ScenePatch& patch, ImageView<const float> frame,
                                     const Transform& frame_from_ref, PatchScratch& scratch);

}  // namespace nightstack
