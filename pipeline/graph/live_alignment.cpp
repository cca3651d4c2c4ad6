// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_alignment.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>
#include <utility>

#include "pipeline/stages/scene/sharpness.h"

namespace nightstack {
namespace {

constexpr std::array kAll{AlignBy::stars, AlignBy::scene, AlignBy::automatic};

// Green has half of a mosaic's pixels, and is what eyes call brightness.
ImageView<const float> plane_of(const LiveLight& light) {
    return light.planes->planes[light.planes->count == 3 ? 1 : 0].cview();
}

std::string why_not(const std::optional<SceneUnknown>& unknown) {
    if (!unknown) return "what the reference shows was not found in it: cloud, fog, or another view";
    std::array<char, 200> text{};
    const double most = 100, px = std::min(unknown->error_px, most);
    const char* const more = unknown->error_px > most ? "no better than " : "";
    if (unknown->turn) {
        std::snprintf(text.data(), text.size(),
                      "what it shows does not tell how it is turned: known to %s%.1f px at the edge of the scene", more,
                      px);
    } else {
        std::snprintf(
            text.data(), text.size(),
            "what it shows has no structure along %.0f degrees from its rows, so that its place there is known "
            "to %s%.1f px, and it has moved",
            unknown->direction_deg, more, px);
    }
    return text.data();
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
    std::optional<SceneUnknown> unknown;
    const auto match = reference_->match(plane_of(light), planes_from_frame * last * frame_from_planes, &unknown);
    if (!match) {
        if (unknown) unknown->error_px /= g.scale;
        out.figures.refused = Reason::no_match;
        out.figures.refused_text = why_not(unknown);
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
