// SPDX-License-Identifier: MIT
// A live run whose reference's stars may be none (star_doubt.h).
#include <vector>

#include "pipeline/graph/live_run.h"

namespace nightstack {

// Ends with the first light that lies on the reference at all, which stands alone until then.
void LiveRun::weigh_stars(const LiveLight& light) {
    if (!alignment_.doubts_stars() || light.planes->count == 0) return;
    const Registration by_stars = matched(light.measured.stars);
    if (alignment_.hear(light, by_stars, ref_->measured.stars, last_) == StarDoubt::Answer::scene) go_over_to_scene();
}

// The reference becomes what it had been if it had been taken by its scene. Of the lights since none has left figures.
void LiveRun::go_over_to_scene() {
    LightReport& reference = reports_[*reference_];
    LiveAlignment::take_star_figures(reference.figures);
    reference.figures.sharpness = alignment_.reference_sharpness();
    reference.judgement.limits = judge(std::vector{reference.figures}, options_.judge).back().limits;
    const bool in_stack = !history_.placed().empty();
    history_.restart();
    history_.judged(reference.figures);
    if (in_stack) history_.stacked(Transform(), ref_->format, std::nullopt);
    strangers_ = 0;
}

}  // namespace nightstack
