// SPDX-License-Identifier: MIT
// A light's samples on a tile of the canvas, by whichever way the user chose: demosaiced and interpolated, or drizzled.
#pragma once

#include <optional>
#include <span>

#include "pipeline/core/transform.h"
#include "pipeline/graph/light.h"
#include "pipeline/graph/prepare.h"
#include "pipeline/stages/demosaic/demosaic.h"
#include "pipeline/stages/drizzle/drizzle.h"
#include "pipeline/stages/warp/bent.h"
#include "pipeline/stages/warp/warp.h"

namespace nightstack {

struct SamplingOptions {
    DemosaicKind demosaic = DemosaicKind::linear;
    WarpKind warp = WarpKind::lanczos;
    std::optional<DrizzleOptions> drizzle;  // if given, instead of demosaic and warp; for frames without a mosaic too
};

// The grid that samples are taken from.
PlaneGeometry sampled_geometry(const StreamFormat& format, const SamplingOptions& options);

// One plane of the tile. `weight` is filled by drizzle only, see drizzle.h; it may be empty otherwise.
struct SampleTile {
    ImageView<float> value;  // NaN where the light does not reach
    ImageView<float> weight;
};

// What of one light matters to its samples.
struct SampledLight {
    const Light& light;
    const DemosaicOptions& demosaic;
    double noise_adu;                     // of the whole light, for the impulse filter
    Transform planes_from_canvas;         // to the grid of sampled_geometry
    const BentPositions* bent = nullptr;  // if given, instead of it, which then only tells the scale
};

// The part of the grid a tile needs; empty when it sees nothing of the light.
Rect sampled_region(const SampledLight& from, const Rect& tile, const SamplingOptions& options);

// Fills one entry of `out` per plane. `region` as sampled_region gives it. Throws what the light's reader throws.
void sample_light(std::span<const SampleTile> out, const Rect& tile, const Rect& region, const SampledLight& from,
                  const SamplingOptions& options, PrepareScratch& scratch);

}  // namespace nightstack
