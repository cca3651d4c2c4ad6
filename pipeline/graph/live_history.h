// SPDX-License-Identifier: MIT
// What a live run remembers of the lights before, besides the stack: the figures a light is judged against, where the
// stacked ones lie, in which groups and by which models. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "pipeline/core/frame.h"
#include "pipeline/core/transform.h"
#include "pipeline/graph/light_report.h"
#include "pipeline/graph/registered_light.h"
#include "pipeline/stages/judge/figures.h"

namespace nightstack {

// A verdict comes from the figures of the last so many lights: a night changes, and so does what is normal.
inline constexpr std::size_t kJudgedAgainst = 64;

// A light that was taken, as it is told to a run that goes on from it.
struct TakenLight {
    LightReport report;
    FrameInfo info;
    StreamFormat format;
};

class LiveHistory {
public:
    LiveHistory() = default;
    // As it stands after these lights, the reference at its position among them; without one, on another's grid.
    LiveHistory(std::span<const TakenLight> lights, std::optional<std::size_t> reference);

    int group_of(const FrameInfo& info) { return groups_.of(info); }
    // Those of the lights before and this one's, which is the last.
    std::vector<FrameFigures> with(const FrameFigures& figures) const;
    void judged(const FrameFigures& figures);  // those of a light that was refused are not kept
    // `model`: none of the reference, which lies on itself.
    void stacked(const Transform& ref_from_frame, const StreamFormat& format, std::optional<TransformModel> model);
    // Another reference: of the lights before only the groups count.
    void restart();

    const std::vector<Transform>& placed() const { return placed_; }  // of the lights in the stack
    const StreamFormat& placed_format() const { return placed_format_; }
    // That most lights have; a similarity where the reference stands alone.
    TransformModel model() const;

private:
    std::deque<FrameFigures> figures_;
    FrameGroups groups_;
    std::vector<Transform> placed_;
    StreamFormat placed_format_;
    std::array<int, 4> models_{};  // how many lights have which, the reference not counted
};

}  // namespace nightstack
