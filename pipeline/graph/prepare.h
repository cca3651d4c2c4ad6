// SPDX-License-Identifier: MIT
// From a light on disk to calibrated pixels: the chain that both passes of a run share, for a whole
// frame or any part of it. A part equals the same part of the whole frame bit for bit.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <span>

#include "pipeline/core/image.h"
#include "pipeline/core/transform.h"
#include "pipeline/graph/light.h"
#include "pipeline/stages/demosaic/demosaic.h"
#include "pipeline/stages/stars/top_of_range.h"

namespace nightstack {

// Buffers that live through many frames; lend them from a Pool.
struct PrepareScratch {
    Image<float> raw;
    ImpulseScratch impulses;
    double noise_adu = 0;  // what the impulse filter went by last
    std::array<Image<float>, 3> planes;
    DemosaicScratch demosaic;
};

// `region` of one plane as stored, with the border that repairing pixels needs around it (cut to
// the frame). Pixels live in `scratch` until the next call. Throws what the light's reader throws.
struct RawRegion {
    ImageView<float> pixels;
    Rect read;    // what `pixels` covers
    Rect wanted;  // the part that is right after `finish_raw`
};
RawRegion read_raw(PrepareScratch& scratch, const Light& light, const Rect& region, int plane);

// The whole of one plane, calibrated and its defects repaired, some rows at a time from the first to the last while
// they are in cache; and what its raw pixels reached at most. For `finish_repaired`.
struct WholePlane {
    RawRegion raw;
    TopOfRange top;
    bool all_finite = true;
};
// `look` is called with the plane and how many of its first rows are done, but for missing pixels and impulses: for
// what wants them while they are in cache.
using RowsDone = std::function<void(ImageView<const float> plane, int rows)>;
WholePlane read_repaired(PrepareScratch& scratch, const Light& light, int plane, const RowsDone& look = {});

// Calibrates (with the light's own) and repairs what was read; gives the wanted part. `noise_adu` is the light's own,
// one value for all its parts (mosaic_noise); only the impulse filter wants it, absent = measure it here, which only
// the whole frame may do (0 is a value: the filter then stands aside).
ImageView<const float> finish_raw(PrepareScratch& scratch, const RawRegion& raw, const Light& light,
                                  std::optional<double> noise_adu);

// The rest of the same for a whole plane, missing pixels and impulses.
ImageView<const float> finish_repaired(PrepareScratch& scratch, const WholePlane& plane, const Light& light,
                                       std::optional<double> noise_adu);

// How large the planes are that `prepare_planes` sees: half the frame for superpixel, else the frame.
struct PlaneGeometry {
    int width = 0;
    int height = 0;
    int planes = 1;    // 1 mono, 3 colour
    double scale = 1;  // plane pixels per frame pixel
    // plane pixel p is centred at (p + 0.5) / scale - 0.5 of the frame.
    Transform planes_from_frame() const {
        return Transform({scale, 0, 0.5 * scale - 0.5, 0, scale, 0.5 * scale - 0.5, 0, 0, 1});
    }
};
PlaneGeometry plane_geometry(const StreamFormat& format, DemosaicKind kind);

// Colour (or mono) planes of `region`, given in plane pixels and inside the planes. The views live in
// `scratch` until the next call.
struct PreparedPlanes {
    std::array<ImageView<const float>, 3> planes;
    int count = 0;
    std::span<const ImageView<const float>> views() const { return {planes.data(), static_cast<std::size_t>(count)}; }
};
PreparedPlanes prepare_planes(PrepareScratch& scratch, const Light& light, const Rect& region, DemosaicKind kind,
                              const DemosaicOptions& options, double noise_adu);

}  // namespace nightstack
