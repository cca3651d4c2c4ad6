// SPDX-License-Identifier: MIT
#include "pipeline/graph/sample_light.h"

#include <array>
#include <cmath>
#include <cstddef>

namespace nightstack {
namespace {

void interpolate(std::span<const SampleTile> out, const Rect& tile, const Rect& region, const SampledLight& from,
                 const SamplingOptions& options, PrepareScratch& scratch) {
    const PlaneGeometry g = sampled_geometry(from.light.format, options);
    const PreparedPlanes planes =
        prepare_planes(scratch, from.light, region, options.demosaic, from.demosaic, from.noise_adu);
    std::array<ImageView<float>, 3> values;
    for (std::size_t p = 0; p < out.size(); ++p) values[p] = out[p].value;
    const WarpSource source{planes.views(), region, g.width, g.height};
    warp(std::span(values).first(out.size()), tile, source, from.planes_from_canvas, options.warp);
}

void let_drops_fall(std::span<const SampleTile> out, const Rect& tile, const Rect& region, const SampledLight& from,
                    const DrizzleOptions& options, PrepareScratch& scratch) {
    std::array<DrizzleOut, 3> planes;
    for (std::size_t p = 0; p < out.size(); ++p) planes[p] = {out[p].value, out[p].weight};
    const auto read = [&](int plane) {
        const RawRegion raw = read_raw(scratch, from.light, region, plane);
        return finish_raw(scratch, raw, from.light, from.noise_adu);
    };
    const std::span all(planes.data(), out.size());
    if (from.light.format.kind == PixelKind::cfa) {
        return drizzle(all, tile, {read(0), region, from.light.format.cfa}, from.planes_from_canvas, options);
    }
    for (std::size_t p = 0; p < out.size(); ++p) {
        const DrizzleSource source{read(static_cast<int>(p)), region, std::nullopt};
        drizzle(all.subspan(p, 1), tile, source, from.planes_from_canvas, options);
    }
}

}  // namespace

PlaneGeometry sampled_geometry(const StreamFormat& format, const SamplingOptions& options) {
    return plane_geometry(format, options.drizzle ? DemosaicKind::linear : options.demosaic);
}

Rect sampled_region(const SampledLight& from, const Rect& tile, const SamplingOptions& options) {
    const PlaneGeometry g = sampled_geometry(from.light.format, options);
    if (!options.drizzle) return source_region(tile, from.planes_from_canvas, options.warp, g.width, g.height);
    // Drops reach canvas pixels whose centres lie beyond the frame's edge; for source_region there is nothing there.
    const int reach = static_cast<int>(std::ceil(kDrizzleBorder / from.planes_from_canvas.scale())) + 1;
    return source_region(grown(tile, reach), from.planes_from_canvas, WarpKind::nearest, g.width, g.height);
}

void sample_light(std::span<const SampleTile> out, const Rect& tile, const Rect& region, const SampledLight& from,
                  const SamplingOptions& options, PrepareScratch& scratch) {
    if (options.drizzle) return let_drops_fall(out, tile, region, from, *options.drizzle, scratch);
    interpolate(out, tile, region, from, options, scratch);
}

}  // namespace nightstack
