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
    doubt_.reset();
    const bool enough_stars = static_cast<int>(light.measured.stars.size()) >= least_stars;
    if (asked_ == AlignBy::stars || (asked_ == AlignBy::automatic && enough_stars)) {
        if (!enough_stars) return false;
        by_stars_ = true;
        reference_.reset();
        if (asked_ == AlignBy::automatic) doubt(light);
        return true;
    }
    SceneAligner aligner(plane_of(light));
    if (!aligner.has_texture()) return false;
    by_stars_ = false;
    reference_.emplace(std::move(aligner));
    return true;
}

// Without texture there is nothing to go over to.
void LiveAlignment::doubt(const LiveLight& light) {
    SceneAligner aligner(plane_of(light));
    if (aligner.has_texture()) doubt_.emplace(std::move(aligner), sharpness(plane_of(light)));
}

void LiveAlignment::go_on_by_scene(const LiveLight& reference) {
    by_stars_ = false;
    doubt_.reset();
    reference_.emplace(plane_of(reference));
}

StarDoubt::Answer LiveAlignment::hear(const LiveLight& light, const Registration& by_stars, const StarList& reference,
                                      const Transform& last) {
    const auto match = matched(doubt_->picture(), light, last, nullptr);
    const StarDoubt::Answer answer =
        doubt_->hear(match, by_stars, reference, light.measured.stars, light.light->format);
    if (answer == StarDoubt::Answer::open) return answer;
    if (answer == StarDoubt::Answer::scene) {
        by_stars_ = false;
        sharpness_ = doubt_->sharpness();
        reference_.emplace(doubt_->take_picture());
    }
    doubt_.reset();
    return answer;
}

// In pixels of frames.
std::optional<SceneMatch> LiveAlignment::matched(const SceneAligner& reference, const LiveLight& light,
                                                 const Transform& last, std::optional<SceneUnknown>* unknown) const {
    const PlaneGeometry g = sampled_geometry(light.light->format, sampling_);
    const Transform planes_from_frame = g.planes_from_frame(), frame_from_planes = planes_from_frame.inverse();
    auto match = reference.match(plane_of(light), planes_from_frame * last * frame_from_planes, unknown);
    if (unknown != nullptr && *unknown) (*unknown)->error_px /= g.scale;
    if (!match) return match;
    match->ref_from_frame = frame_from_planes * match->ref_from_frame * planes_from_frame;
    match->residual_px /= g.scale;
    return match;
}

void LiveAlignment::lay(RegisteredLight& out, const LiveLight& light, const Transform& last) const {
    std::optional<SceneUnknown> unknown;
    const auto match = matched(*reference_, light, last, &unknown);
    if (!match) {
        out.figures.refused = Reason::no_match;
        out.figures.refused_text = why_not(unknown);
        return;
    }
    out.ref_from_frame = match->ref_from_frame;
    out.figures.residual_px = match->residual_px;
    out.figures.transparency = match->gain;
}

void LiveAlignment::take_star_figures(FrameFigures& figures) {
    figures.fwhm_px.reset();
    figures.roundness.reset();
    figures.stars.reset();
    figures.background.reset();  // of a landscape it is the landscape's
}

void LiveAlignment::take_figures(FrameFigures& figures, const LiveLight& light) const {
    take_star_figures(figures);
    if (light.planes->count > 0) figures.sharpness = sharpness(plane_of(light));
}

bool LiveAlignment::fits_last_stranger(const LiveLight& light, bool is_first) {
    const bool fits = !is_first && stranger_ && stranger_->match(plane_of(light), Transform()).has_value();
    stranger_.emplace(plane_of(light));
    return fits;
}

}  // namespace nightstack
