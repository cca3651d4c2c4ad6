// SPDX-License-Identifier: MIT
// Between the passes of a run: which light is the reference, how the others lie on it, which are
// good enough.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "pipeline/core/distortion.h"
#include "pipeline/core/runner.h"
#include "pipeline/core/transform.h"
#include "pipeline/core/verdict.h"
#include "pipeline/graph/light.h"
#include "pipeline/graph/measure_lights.h"
#include "pipeline/graph/registered_light.h"
#include "pipeline/stages/judge/figures.h"
#include "pipeline/stages/judge/judge.h"
#include "pipeline/stages/registration/select.h"

namespace nightstack {

struct RegisterLightsOptions {
    RegistrationOptions registration;
    JudgeOptions judge;
    std::optional<std::size_t> reference;  // position in the lights; absent = the best
    bool find_distortion = false;          // of the lens, from the stars of all lights (stages/registration/lens.h)
};

struct RegisteredNight {
    std::vector<RegisteredLight> lights;   // in the order given
    std::optional<std::size_t> reference;  // absent = no usable light
    TransformModel model = TransformModel::similarity;
    std::optional<RadialDistortion> lens;  // one for all lights; absent = none asked for or none to be seen
};

// `begin_try` is called once per reference tried (one, rarely up to three; none without a usable light) and once more
// when a lens was found, what it returns once per light as that light is matched, from any thread. Throws OptionError
// when the reference asked for is not usable, Interrupted.
RegisteredNight register_lights(std::span<const Light> lights, std::span<const LightMeasurement> measured,
                                const RegisterLightsOptions& options, Runner& runner,
                                const std::function<std::function<void()>()>& begin_try, const std::stop_token& stop);

}  // namespace nightstack
