// SPDX-License-Identifier: MIT
// A light on its way into the live stack: read, calibrated, measured and demosaiced once, as a whole. What comes out
// does not depend on any other light, so the next one may be prepared while this one is added.
#pragma once

#include <array>
#include <cstddef>

#include "pipeline/core/image.h"
#include "pipeline/core/pool.h"
#include "pipeline/core/runner.h"
#include "pipeline/graph/light.h"
#include "pipeline/graph/measure_lights.h"
#include "pipeline/graph/sample_light.h"
#include "pipeline/stages/warp/warp.h"

namespace nightstack {

// Planes of one light, in buffers that are used again.
struct LivePlanes {
    std::array<Image<float>, 3> planes;
    int count = 0;
};

// The planes are lent: they go back when this is destroyed, which must be before the preparer is.
struct LiveLight {
    const Light* light = nullptr;  // borrowed
    LightMeasurement measured;
    Pool<LivePlanes>::Loan planes;  // empty of pixels when the light is not usable
};

// `prepare` may be called from several threads at once.
class LivePreparer {
public:
    // No drizzle. With `starless`, the planes of lights without stars are prepared as well.
    explicit LivePreparer(const SamplingOptions& sampling, bool starless = false)
        : sampling_(sampling), starless_(starless) {}

    // Never throws for what is wrong with the light: that becomes its judgement. The same bits for every runner.
    LiveLight prepare(const Light& light, Runner& runner);

    // Memory of `lights` of them at the same time, with what one preparation works in.
    static std::size_t bytes(const StreamFormat& format, const SamplingOptions& sampling, int lights);

private:
    SamplingOptions sampling_;
    bool starless_;
    Pool<MeasureScratch> measuring_;
    Pool<LivePlanes> planes_;
};

}  // namespace nightstack
