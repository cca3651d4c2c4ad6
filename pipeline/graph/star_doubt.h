// SPDX-License-Identifier: MIT
// Whether what the reference of a live run has for stars are stars. The edge of a smooth disc, a horizon, blurred maria
// give lists of eight and more "stars" that by number, width and brightness are no worse than those of a thinly clouded
// night; but they are others in every light. So the lights that come while the reference stands alone are heard.
//
// One says `stars` when it was matched by its stars; where the pictures lie on each other as well, beyond any doubt,
// six in ten of the stars that both can have must be pairs (of real nights seven in ten and more are).
//
// One says `scene` when the pictures lie on each other, with good proof, and fewer of the stars are found again: one
// that has stars enough of its own, else the third that says so. (Fewer stars than eight may be what a cloud has left
// while trees still show; of a planet only few patches can lie.)
//
// Anything else, a cloud or another field, leaves it open, and the next light is heard.
//
// One thread at a time; lights are borrowed for the call. Deterministic: what is said depends on the lights alone.
#pragma once

#include <optional>

#include "pipeline/core/transform.h"
#include "pipeline/graph/live_light.h"
#include "pipeline/stages/judge/figures.h"
#include "pipeline/stages/registration/select.h"
#include "pipeline/stages/scene/scene_aligner.h"

namespace nightstack {

class StarDoubt {
public:
    enum class Answer { stars, scene, open };

    // With the reference's picture, which has texture, and its sharpness.
    StarDoubt(SceneAligner picture, std::optional<double> sharpness)
        : picture_(std::move(picture)), sharpness_(sharpness) {}

    // `match`: of the pictures, in pixels of the frames as `ref_from_frame`; `by_stars`: of the lists, whose
    // reference's is `reference`. Both in frames of `format`.
    Answer hear(const std::optional<SceneMatch>& match, const Registration& by_stars, const StarList& reference,
                const StarList& stars, const StreamFormat& format);

    const SceneAligner& picture() const { return picture_; }
    SceneAligner take_picture() { return std::move(picture_); }
    std::optional<double> sharpness() const { return sharpness_; }

private:
    SceneAligner picture_;
    std::optional<double> sharpness_;
    int against_ = 0;  // lights that showed the scene without its stars
};

}  // namespace nightstack
