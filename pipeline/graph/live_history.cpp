// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_history.h"

#include <algorithm>

namespace nightstack {

LiveHistory::LiveHistory(std::span<const TakenLight> lights, std::optional<std::size_t> reference) {
    for (std::size_t i = 0; i < lights.size(); ++i) {
        const TakenLight& light = lights[i];
        groups_.of(light.info);
        if (reference && i < *reference) continue;
        judged(light.report.figures);
        if (light.report.judgement.verdict != Verdict::stacked) continue;
        const Transform& lies = *light.report.ref_from_frame;
        stacked(lies, light.format, i == reference ? std::nullopt : std::optional(model_of(lies)));
    }
}

std::vector<FrameFigures> LiveHistory::with(const FrameFigures& figures) const {
    std::vector<FrameFigures> all(figures_.begin(), figures_.end());
    all.push_back(figures);
    return all;
}

void LiveHistory::judged(const FrameFigures& figures) {
    if (figures.refused != Reason::none) return;
    figures_.push_back(figures);
    if (figures_.size() >= kJudgedAgainst) figures_.pop_front();
}

void LiveHistory::stacked(const Transform& ref_from_frame, const StreamFormat& format,
                          std::optional<TransformModel> model) {
    if (model) ++models_[static_cast<std::size_t>(*model)];
    placed_.push_back(ref_from_frame);
    placed_format_ = format;
}

void LiveHistory::restart() {
    figures_.clear();
    placed_.clear();
    models_ = {};
}

TransformModel LiveHistory::model() const {
    const auto most = std::max_element(models_.begin(), models_.end());
    return *most == 0 ? TransformModel::similarity : static_cast<TransformModel>(most - models_.begin());
}

}  // namespace nightstack
