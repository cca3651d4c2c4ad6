// SPDX-License-Identifier: MIT
// First pass of a run: what each light looks like on its own.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "pipeline/core/runner.h"
#include "pipeline/core/star.h"
#include "pipeline/core/verdict.h"
#include "pipeline/graph/light.h"
#include "pipeline/graph/prepare.h"
#include "pipeline/stages/stars/detect.h"
#include "pipeline/stages/stars/sky_mesh.h"
#include "pipeline/stages/stars/statistics.h"

namespace nightstack {

struct LightMeasurement {
    StarList stars;
    StarReport report;
    std::array<ColourSky, 3> sky{};   // per output plane (mono: one); ADU after calibration
    SkyMesh sky_mesh;                 // the same over the frame
    double noise_adu = 0;             // of the whole mosaic, what the impulse filter goes by
    double highest_adu = 0;           // of the raw pixels
    std::optional<double> white_adu;  // where pixels pile up at the top: the camera's saturation
    Judgement judgement;              // failed or rejected when no figure could be had
    bool usable() const { return judgement.verdict == Verdict::stacked; }
};

// At most `workers` at the same time. What is wrong with one light becomes its judgement; `done` is called after each,
// from any thread. Throws Interrupted when stop is requested.
std::vector<LightMeasurement> measure_lights(std::span<const Light> lights, Runner& runner, int workers,
                                             const std::function<void()>& done, const std::stop_token& stop);

// Buffers that live through many lights; one thread at a time.
struct MeasureScratch {
    PrepareScratch prepare;
    DetectScratch detect;
    SkyMeshSampler sky_mesh;
    std::array<Image<float>, 3> planes;  // of colour pictures
};

// One light alone, in the calling thread: the same figures as measure_lights gives it. A usable light's pixels stay in
// the scratch, calibrated and repaired: of colour pictures in `planes`, else in `prepare.raw`.
LightMeasurement measure_light(const Light& light, MeasureScratch& scratch, Runner& runner);
LightMeasurement measure_light(const Light& light);  // with buffers of its own

// Memory one worker needs for a frame of this format.
std::size_t measure_bytes(const StreamFormat& format);

}  // namespace nightstack
