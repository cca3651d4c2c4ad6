// SPDX-License-Identifier: MIT
#include "pipeline/graph/video_scene.h"

#include <memory>

#include "pipeline/stages/scene/scene_aligner.h"

namespace nightstack {

MakeSceneMatcher scene_matchers() {
    return [](ImageView<const float> reference) -> SceneMatcher {
        const auto aligner = std::make_shared<const SceneAligner>(reference);
        if (!aligner->has_texture()) return {};
        return [aligner](ImageView<const float> picture, const Transform& prior) -> std::optional<SceneMatched> {
            const auto match = aligner->match(picture, prior);
            if (!match) return std::nullopt;
            return SceneMatched{match->ref_from_frame, match->residual_px};
        };
    };
}

}  // namespace nightstack
