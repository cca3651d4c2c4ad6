// SPDX-License-Identifier: MIT
// Second pass of a run: tile by tile, each accepted light's part is read again, calibrated,
// demosaiced and warped, and the samples of all are brought together.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

#include "pipeline/core/error.h"
#include "pipeline/core/runner.h"
#include "pipeline/core/transform.h"
#include "pipeline/graph/canvas.h"
#include "pipeline/graph/light.h"
#include "pipeline/graph/sample_light.h"
#include "pipeline/graph/tile_plan.h"
#include "pipeline/stages/integrate/combine.h"
#include "pipeline/stages/integrate/grow.h"
#include "pipeline/stages/integrate/sky_tilt.h"

namespace nightstack {

// One accepted light with all that is applied to its samples, per plane.
struct AcceptedLight {
    const Light* light = nullptr;
    Transform ref_from_frame;  // between ideal planes where there is a lens
    std::array<float, 3> scale{1, 1, 1};
    std::array<float, 3> offset{};
    std::array<float, 3> weight{1, 1, 1};
    std::array<float, 3> noise_variance{};   // of one normalised sample on the canvas
    std::array<float, 3> tested_variance{};  // of what rejection looks at, see tested_sampling
    std::array<SkyTilt, 3> tilt{};           // added after scale and offset, in pixels of the frame
    DemosaicOptions demosaic;
    double noise_adu = 0;  // as measured of the whole light, for the impulse filter
};

// One plane of one finished tile; the views live during the call only.
struct StackTile {
    Rect tile;  // in canvas pixels
    int plane = 0;
    ImageView<const float> value;     // ADU; 0 without coverage
    ImageView<const float> variance;  // of the value, ADU^2
    ImageView<const std::uint16_t> coverage;
    ImageView<const std::uint16_t> low;
    ImageView<const std::uint16_t> high;
    ImageView<const std::uint8_t> flag = {};  // 1: rejection may have missed outliers; only where the summary has flags
};

// A light that could be read before could not be read now: the run has to start again without it.
class LightLost : public Error {
public:
    LightLost(std::size_t position, const Judgement& judgement)
        : Error(judgement.text), position_(position), judgement_(judgement) {}
    std::size_t position() const { return position_; }  // in the accepted lights
    const Judgement& judgement() const { return judgement_; }

private:
    std::size_t position_;
    Judgement judgement_;
};

struct IntegrateOptions : SamplingOptions {
    CombineOptions combine;
    std::optional<RadialDistortion> lens;  // if given, ref_from_frame acts between ideal planes
    std::array<double, 3> sky_level{};     // of the normalised samples, per plane; see RejectOptions
};

// How the samples are taken that rejection looks at. Drizzle's own lie beside the pixel, by another bit in every frame,
// and on the flank of a star good ones would go; so interpolated samples stand for them. A median is of the drops
// themselves.
SamplingOptions tested_sampling(const IntegrateOptions& options);

// All lights have one format. `put` is called from several threads at once, for each tile and plane
// exactly once; `done` after each tile. Returns the counts per plane. The result does not depend on
// `plan`. Throws LightLost, Interrupted, what `put` throws.
std::array<TileCounts, 3> integrate_lights(std::span<const AcceptedLight> lights, const Canvas& canvas,
                                           const TilePlan& plan, const IntegrateOptions& options,
                                           const std::function<void(const StackTile&)>& put, Runner& runner,
                                           const std::function<void()>& done, const std::stop_token& stop);

}  // namespace nightstack
