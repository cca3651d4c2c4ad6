// SPDX-License-Identifier: MIT
// By what the lights of a live run are laid on each other: their stars, or what else they show (stages/scene): the
// Moon, the Sun, a landscape. Decided when the reference is taken; where that was left to us and the reference has
// stars, they are doubted until a light has shown that they are some (star_doubt.h). Works on the planes a light was
// demosaiced into, the green one.
//
// Thread rule: one thread at a time. Lights are borrowed for each call only.
#pragma once

#include <optional>
#include <string_view>

#include "pipeline/core/transform.h"
#include "pipeline/graph/live_light.h"
#include "pipeline/graph/registered_light.h"
#include "pipeline/graph/star_doubt.h"
#include "pipeline/stages/scene/scene_aligner.h"

namespace nightstack {

// `automatic`: by stars where the reference has enough of them and the next lights have them as well, else by the
// scene.
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
    // A reference was taken before, by its stars; or by its scene, which is that of the light.
    void go_on_by_stars() { by_stars_ = true; }
    void go_on_by_scene(const LiveLight& reference);

    // Whether the reference's stars may be none; ends with the first light that was heard to say `stars` or `scene`.
    bool doubts_stars() const { return doubt_.has_value(); }
    // What a light that came after the reference, before any other was laid on it, says about the reference's stars. On
    // `scene`, lights are laid by the scene from now on. `last`: where to look first.
    StarDoubt::Answer hear(const LiveLight& light, const Registration& by_stars, const StarList& reference,
                           const Transform& last);
    // After `hear` has answered `scene`: of the reference.
    std::optional<double> reference_sharpness() const { return sharpness_; }

    // Figures of stars are none of a scene's.
    static void take_star_figures(FrameFigures& figures);

    // Only by scene: lays the light on the reference, or refuses it, and gives it the figures of a scene. Those of
    // stars are taken away: craters are none.
    void lay(RegisteredLight& out, const LiveLight& light, const Transform& last) const;
    void take_figures(FrameFigures& figures, const LiveLight& light) const;

    // Only by scene: whether the light fits the last one that did not fit the reference; it takes that one's place.
    bool fits_last_stranger(const LiveLight& light, bool is_first);

private:
    void doubt(const LiveLight& light);
    std::optional<SceneMatch> matched(const SceneAligner& reference, const LiveLight& light, const Transform& last,
                                      std::optional<SceneUnknown>* unknown) const;

    AlignBy asked_;
    SamplingOptions sampling_;
    bool by_stars_ = false;
    std::optional<SceneAligner> reference_;
    std::optional<SceneAligner> stranger_;
    std::optional<StarDoubt> doubt_;  // only while by stars
    std::optional<double> sharpness_;
};

}  // namespace nightstack
