// SPDX-License-Identifier: MIT
#include "pipeline/graph/prepare.h"

#include <algorithm>

#include "pipeline/stages/calibrate/repair_rows.h"

namespace nightstack {
namespace {

// Defects, missing pixels and impulses are repaired one after the other, each from the result of the one
// before: what a pixel depends on reaches that much further with every step.
constexpr int kRepairBorder = 3 * kCosmeticBorder;

Rect frame_rect(const StreamFormat& format) { return {0, 0, format.width, format.height}; }

// `inner` in the coordinates of a view whose first pixel is (outer.x, outer.y).
Rect relative(const Rect& inner, const Rect& outer) {
    return {inner.x - outer.x, inner.y - outer.y, inner.width, inner.height};
}

}  // namespace

RawRegion read_raw(PrepareScratch& scratch, const Light& light, const Rect& region, int plane) {
    const Rect read = intersected(grown(region, kRepairBorder), frame_rect(light.format));
    scratch.raw.reshape(read.width, read.height);
    const ImageView<float> pixels = scratch.raw.view();
    light.read(pixels, read, plane);
    return {pixels, read, region};
}

WholePlane read_repaired(PrepareScratch& scratch, const Light& light, int plane, const RowsDone& look) {
    constexpr int kRows = 32;  // half a megabyte of a wide frame
    const Calibration& calibration = *light.calibration;
    const Rect whole = frame_rect(light.format);
    scratch.raw.reshape(whole.width, whole.height);
    const ImageView<float> pixels = scratch.raw.view();
    WholePlane out{{pixels, whole, whole}, {}, true};
    int repaired = 0;  // rows: as far as their neighbours below are read
    for (int y = 0; y < whole.height; y += kRows) {
        const Rect rows{0, y, whole.width, std::min(kRows, whole.height - y)};
        const ImageView<float> part = pixels.cropped(rows);
        light.read(part, rows, plane);
        add_rows(out.top, part);
        calibrate(part, rows, calibration.masters);
        const int end = rows.bottom() == whole.height ? whole.height : rows.bottom() - kCosmeticBorder;
        if (calibration.defects != nullptr)
            repair_rows(pixels, whole, *calibration.defects, light.format.cfa, repaired, end);
        const Rect done{0, repaired, whole.width, end - repaired};
        out.all_finite = out.all_finite && all_finite(ImageView<const float>(pixels).cropped(done));
        repaired = end;
        if (look) look(pixels, end);
    }
    return out;
}

ImageView<const float> finish_raw(PrepareScratch& scratch, const RawRegion& raw, const Light& light,
                                  std::optional<double> noise_adu) {
    const Calibration& calibration = *light.calibration;
    calibrate(raw.pixels, raw.read, calibration.masters);
    if (calibration.defects != nullptr) repair(raw.pixels, raw.read, *calibration.defects, light.format.cfa);
    return finish_repaired(scratch, {raw, {}, false}, light, noise_adu);
}

ImageView<const float> finish_repaired(PrepareScratch& scratch, const WholePlane& plane, const Light& light,
                                       std::optional<double> noise_adu) {
    const RawRegion& raw = plane.raw;
    const Rect sensor = frame_rect(light.format);
    if (!plane.all_finite) repair_missing(raw.pixels, raw.read, sensor, light.format.cfa);
    if (light.calibration->filter_impulses) {
        ImpulseOptions options;
        options.sigma = noise_adu ? static_cast<float>(*noise_adu) : mosaic_noise(raw.pixels);
        scratch.noise_adu = static_cast<double>(options.sigma);
        // Coarse steps or a clipped sky may hide all noise; then nothing says what stands out.
        if (options.sigma > 0) impulse_filter(raw.pixels, raw.read, sensor, options, scratch.impulses);
    }
    return ImageView<const float>(raw.pixels).cropped(relative(raw.wanted, raw.read));
}

PlaneGeometry plane_geometry(const StreamFormat& format, DemosaicKind kind) {
    if (format.kind != PixelKind::cfa) return {format.width, format.height, format.planes(), 1};
    if (kind == DemosaicKind::superpixel) return {format.width / 2, format.height / 2, 3, 0.5};
    return {format.width, format.height, 3, 1};
}

PreparedPlanes prepare_planes(PrepareScratch& scratch, const Light& light, const Rect& region, DemosaicKind kind,
                              const DemosaicOptions& options, double noise_adu) {
    PreparedPlanes out;
    if (light.format.kind != PixelKind::cfa) {
        out.count = light.format.planes();
        for (int p = 0; p < out.count; ++p) {
            const auto i = static_cast<std::size_t>(p);
            const ImageView<const float> raw =
                finish_raw(scratch, read_raw(scratch, light, region, p), light, noise_adu);
            if (out.count == 1) {
                out.planes[i] = raw;
                break;
            }
            scratch.planes[i].reshape(region.width, region.height);
            for (int y = 0; y < region.height; ++y) {
                std::copy_n(raw.row_data(y), region.width, scratch.planes[i].view().row_data(y));
            }
            out.planes[i] = scratch.planes[i].cview();
        }
        return out;
    }
    const bool half = kind == DemosaicKind::superpixel;
    const Rect wanted = half ? Rect{2 * region.x, 2 * region.y, 2 * region.width, 2 * region.height} : region;
    const Rect mosaic = intersected(grown(wanted, demosaic_border(kind)), frame_rect(light.format));
    const ImageView<const float> raw = finish_raw(scratch, read_raw(scratch, light, mosaic, 0), light, noise_adu);
    const int width = half ? mosaic.width / 2 : mosaic.width;
    const int height = half ? mosaic.height / 2 : mosaic.height;
    for (Image<float>& plane : scratch.planes) plane.reshape(width, height);
    demosaic(scratch.planes[0].view(), scratch.planes[1].view(), scratch.planes[2].view(), raw,
             shifted(*light.format.cfa, mosaic.x, mosaic.y), kind, scratch.demosaic, options);
    out.count = 3;
    const Rect inside = half ? Rect{0, 0, region.width, region.height} : relative(region, mosaic);
    for (std::size_t p = 0; p < 3; ++p) out.planes[p] = scratch.planes[p].cview().cropped(inside);
    return out;
}

}  // namespace nightstack
