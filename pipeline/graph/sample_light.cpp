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
    if (from.bent != nullptr) {
        return warp(std::span(values).first(out.size()), tile, source, *from.bent, options.warp);
    }
    warp(std::span(values).first(out.size()), tile, source, from.planes_from_canvas, options.warp);
}

void drop(std::span<const DrizzleOut> out, const Rect& tile, const DrizzleSource& source, const SampledLight& from,
          const DrizzleOptions& options) {
    if (from.bent == nullptr) return drizzle(out, tile, source, from.planes_from_canvas, options);
    for_straight_squares(tile, *from.bent, [&](const Rect& square, const Transform& source_from_canvas) {
        const Rect in_tile{square.x - tile.x, square.y - tile.y, square.width, square.height};
        std::array<DrizzleOut, 3> part;
        for (std::size_t p = 0; p < out.size(); ++p) {
            part[p] = {out[p].value.cropped(in_tile), out[p].weight.cropped(in_tile)};
        }
        drizzle(std::span(part).first(out.size()), square, source, source_from_canvas, options);
    });
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
        return drop(all, tile, {read(0), region, from.light.format.cfa}, from, options);
    }
    for (std::size_t p = 0; p < out.size(); ++p) {
        const DrizzleSource source{read(static_cast<int>(p)), region, std::nullopt};
        drop(all.subspan(p, 1), tile, source, from, options);
    }
}

}  // namespace

PlaneGeometry sampled_geometry(const StreamFormat& format, const SamplingOptions& options) {
    return plane_geometry(format, options.drizzle ? DemosaicKind::linear : options.demosaic);
}

Rect sampled_region(const SampledLight& from, const Rect& tile, const SamplingOptions& options) {
    const PlaneGeometry g = sampled_geometry(from.light.format, options);
    const auto region = [&](const Rect& area, WarpKind kind) {
        return from.bent != nullptr ? source_region(area, *from.bent, kind)
                                    : source_region(area, from.planes_from_canvas, kind, g.width, g.height);
    };
    if (!options.drizzle) return region(tile, options.warp);
    // Drops reach canvas pixels whose centres lie beyond the frame's edge; for source_region there is nothing there.
    const int reach = static_cast<int>(std::ceil(kDrizzleBorder / from.planes_from_canvas.scale())) + 1;
    return region(grown(tile, reach), WarpKind::nearest);
}

void sample_light(std::span<const SampleTile> out, const Rect& tile, const Rect& region, const SampledLight& from,
                  const SamplingOptions& options, PrepareScratch& scratch) {
    if (options.drizzle) return let_drops_fall(out, tile, region, from, *options.drizzle, scratch);
    interpolate(out, tile, region, from, options, scratch);
}

}  // namespace nightstack
