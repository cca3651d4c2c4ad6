// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_alignment.h"

#include <array>
#include <utility>

#include "pipeline/stages/scene/sharpness.h"

namespace nightstack {
namespace {

constexpr std::array kAll{AlignBy::stars, AlignBy::scene, AlignBy::automatic};

// Green has half of a mosaic's pixels, and is what eyes call brightness.
ImageView<const float> plane_of(const LiveLight& light) {
    return light.planes->planes[light.planes->count == 3 ? 1 : 0].cview();
}

}  // namespace

std::string_view name(AlignBy by) {
    switch (by) {
        case AlignBy::stars: return "stars";
        case AlignBy::scene: return "scene";
        case AlignBy::automatic: return "auto";
    }
    return "?";
}

std::optional<AlignBy> parse_align_by(std::string_view text) {
    for (const AlignBy by : kAll) {
        if (text == name(by)) return by;
    }
    return std::nullopt;
}

bool LiveAlignment::take_reference(const LiveLight& light, int least_stars) {
    stranger_.reset();
    const bool enough_stars = static_cast<int>(light.measured.stars.size()) >= least_stars;
    if (asked_ == AlignBy::stars || (asked_ == AlignBy::automatic && enough_stars)) {
        if (!enough_stars) return false;
        by_stars_ = true;
        reference_.reset();
        return true;
    }
    SceneAligner aligner(plane_of(light));
    if (!aligner.has_texture()) return false;
    by_stars_ = false;
    reference_.emplace(std::move(aligner));
    return true;
}

void LiveAlignment::lay(RegisteredLight& out, const LiveLight& light, const Transform& last) const {
    const PlaneGeometry g = sampled_geometry(light.light->format, sampling_);
    const Transform planes_from_frame = g.planes_from_frame(), frame_from_planes = planes_from_frame.inverse();
    const auto match = reference_->match(plane_of(light), planes_from_frame * last * frame_from_planes);
    if (!match) {
        out.figures.refused = Reason::no_match;
        out.figures.refused_text = "what the reference shows was not found in it: cloud, fog, or another view";
        return;
    }
    out.ref_from_frame = frame_from_planes * match->ref_from_frame * planes_from_frame;
    out.figures.residual_px = match->residual_px / g.scale;
    out.figures.transparency = match->gain;
}

void LiveAlignment::take_figures(FrameFigures& figures, const LiveLight& light) const {
    figures.fwhm_px.reset();
    figures.roundness.reset();
    figures.stars.reset();
    figures.background.reset();  // of a landscape it is the landscape's
    if (light.planes->count > 0) figures.sharpness = sharpness(plane_of(light));
}

bool LiveAlignment::fits_last_stranger(const LiveLight& light, bool is_first) {
    const bool fits = !is_first && stranger_ && stranger_->match(plane_of(light), Transform()).has_value();
    stranger_.emplace(plane_of(light));
    return fits;
}

}  // namespace nightstack
