// SPDX-License-Identifier: MIT
#include "pipeline/graph/registered_light.h"

#include <algorithm>
#include <utility>

#include "pipeline/core/exposure.h"
#include "pipeline/stages/registration/plausible.h"

namespace nightstack {

FrameFigures figures_of(const LightMeasurement& m) {
    FrameFigures f;
    if (!m.usable()) {
        f.refused = m.judgement.reason;
        f.refused_text = m.judgement.text;
        return f;
    }
    f.fwhm_px = m.report.fwhm_px;
    f.roundness = m.report.roundness;
    f.stars = m.report.above_threshold;
    f.background = m.report.background;
    return f;
}

int FrameGroups::of(const FrameInfo& info) {
    const auto alike = [&](const FrameInfo& first) {
        return same_exposure(first.exposure, info.exposure) && first.gain == info.gain && first.filter == info.filter;
    };
    const auto at = std::find_if(firsts_.begin(), firsts_.end(), alike);
    const auto group = static_cast<int>(at - firsts_.begin());
    if (at == firsts_.end()) firsts_.push_back(info);
    return group;
}

void take_registration(RegisteredLight& light, const Registration& r, TransformModel model, const StreamFormat& format,
                       const MatchOptions& match) {
    if (light.figures.refused != Reason::none) return;
    if (!r.ok()) {
        light.figures.refused = r.reason;
        light.figures.refused_text = r.text;
        return;
    }
    const Registration fitted = with_model(r, model);
    if (const auto why = implausible(fitted.ref_from_frame, format.width, format.height, match)) {
        light.figures.refused = Reason::no_match;
        light.figures.refused_text = *why;
        return;
    }
    light.ref_from_frame = fitted.ref_from_frame;
    light.figures.residual_px = fitted.residual_px;
    light.figures.transparency = fitted.flux_ratio;
}

void lie_on_itself(RegisteredLight& reference) {
    reference.ref_from_frame = Transform();
    reference.figures.transparency = 1;
    reference.figures.residual_px = 0;
}

void take_judgement(RegisteredLight& out, Judgement by_figures, const Light& light, const LightMeasurement& measured,
                    bool is_reference) {
    out.judgement = std::move(by_figures);
    if (!measured.usable()) {
        out.judgement.verdict = measured.judgement.verdict;
        out.judgement.reason = measured.judgement.reason;
        out.judgement.text = measured.judgement.text;
    }
    if ((light.forced || is_reference) && out.ref_from_frame) {
        out.judgement.verdict = Verdict::stacked;
        out.judgement.reason = Reason::none;
        out.judgement.text.clear();
    }
}

}  // namespace nightstack
