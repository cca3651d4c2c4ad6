// SPDX-License-Identifier: MIT
// How one light lies on the reference and what became of it: the steps that a run over all lights and one that takes
// them as they come have in common. Pure functions; any thread.
#pragma once

#include <optional>
#include <vector>

#include "pipeline/core/frame.h"
#include "pipeline/core/transform.h"
#include "pipeline/core/verdict.h"
#include "pipeline/graph/light.h"
#include "pipeline/graph/measure_lights.h"
#include "pipeline/stages/judge/figures.h"
#include "pipeline/stages/registration/select.h"

namespace nightstack {

struct RegisteredLight {
    FrameFigures figures;
    Judgement judgement;
    // Frame pixels to reference pixels, with a lens between their ideal planes; absent = not registered.
    std::optional<Transform> ref_from_frame;
};

// What is judged of a light, as measured; transparency and residual come with the registration.
FrameFigures figures_of(const LightMeasurement& measured);

// Frames that differ in exposure, gain or filter differ in sky and star count by nature.
class FrameGroups {
public:
    int of(const FrameInfo& info);  // numbers from 0, in the order in which groups turn up

private:
    std::vector<FrameInfo> firsts_;
};

// Refused before, not registered or nowhere a whole frame can lie; otherwise transform, transparency and residual are
// filled in.
void take_registration(RegisteredLight& light, const Registration& registration, TransformModel model,
                       const StreamFormat& format, const MatchOptions& match);

// The reference lies on itself.
void lie_on_itself(RegisteredLight& reference);

// `by_figures` is what judge() says. What was settled or failed before pixels were judged keeps its own verdict and
// words; the reference and what the user forces stay, where they could be registered.
void take_judgement(RegisteredLight& out, Judgement by_figures, const Light& light, const LightMeasurement& measured,
                    bool is_reference);

}  // namespace nightstack
