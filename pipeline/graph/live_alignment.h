// SPDX-License-Identifier: MIT
// By what the lights of a live run are laid on each other: their stars, or what else they show (stages/scene): the
// Moon, the Sun, a landscape. Decided when the reference is taken. Works on the planes a light was demosaiced into, the
// green one.
//
// Thread rule: one thread at a time. Lights are borrowed for each call only.
#pragma once

#include <optional>
#include <string_view>

#include "pipeline/core/transform.h"
#include "pipeline/graph/live_light.h"
#include "pipeline/graph/registered_light.h"
#include "pipeline/stages/scene/scene_aligner.h"

namespace nightstack {

// `automatic`: by stars where the reference has enough of them, else by the scene.
enum class AlignBy { stars, scene, automatic };

std::string_view name(AlignBy by);  // stars, scene, auto
std::optional<AlignBy> parse_align_by(std::string_view text);

class LiveAlignment {
public:
    LiveAlignment(AlignBy asked, const SamplingOptions& sampling) : asked_(asked), sampling_(sampling) {}

    bool by_scene() const { return reference_.has_value(); }
    // No stars are no reason against a light, as far as is decided.
    bool takes_starless() const { return asked_ == AlignBy::scene || (asked_ == AlignBy::automatic && !by_stars_); }

    // Whether others can be aligned with the light; from then on they are, unless the answer is no. Stars decide where
    // they are asked for, or are enough.
    bool take_reference(const LiveLight& light, int least_stars);
    // A reference was taken before, by its stars.
    void go_on_by_stars() { by_stars_ = true; }

    // Only by scene: lays the light on the reference, or refuses it, and gives it the figures of a scene. Those of
    // stars are taken away: craters are none.
    void lay(RegisteredLight& out, const LiveLight& light, const Transform& last) const;
    void take_figures(FrameFigures& figures, const LiveLight& light) const;

    // Only by scene: whether the light fits the last one that did not fit the reference; it takes that one's place.
    bool fits_last_stranger(const LiveLight& light, bool is_first);

private:
    AlignBy asked_;
    SamplingOptions sampling_;
    bool by_stars_ = false;
    std::optional<SceneAligner> reference_;
    std::optional<SceneAligner> stranger_;
};

}  // namespace nightstack
