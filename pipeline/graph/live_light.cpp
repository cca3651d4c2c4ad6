// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_light.h"

#include <utility>

#include "pipeline/graph/apply_figures.h"
#include "pipeline/graph/prepare.h"

namespace nightstack {
namespace {

// Whole planes from the pixels that measuring left behind. What already is a plane changes places with an old buffer.
void take_planes(LivePlanes& out, MeasureScratch& scratch, const LiveLight& from, const SamplingOptions& sampling) {
    const StreamFormat& format = from.light->format;
    const PlaneGeometry g = sampled_geometry(format, sampling);
    out.count = g.planes;
    if (format.kind == PixelKind::mono) return std::swap(out.planes[0], scratch.prepare.raw);
    if (format.kind == PixelKind::rgb) return std::swap(out.planes, scratch.planes);
    for (Image<float>& plane : out.planes) plane.reshape(g.width, g.height);
    demosaic(out.planes[0].view(), out.planes[1].view(), out.planes[2].view(), scratch.prepare.raw.cview(), *format.cfa,
             sampling.demosaic, scratch.prepare.demosaic, demosaic_options(from.measured, g.planes));
}

}  // namespace

LiveLight LivePreparer::prepare(const Light& light, Runner& runner) {
    const auto scratch = measuring_.borrow();
    LiveLight out{&light, measure_light(light, *scratch, runner), planes_.borrow()};
    out.planes->count = 0;
    const bool starless = starless_ && out.measured.judgement.reason == Reason::no_stars;
    if (out.measured.usable() || starless) take_planes(*out.planes, *scratch, out, sampling_);
    return out;
}

std::size_t LivePreparer::bytes(const StreamFormat& format, const SamplingOptions& sampling, int lights) {
    const PlaneGeometry g = sampled_geometry(format, sampling);
    const auto plane = static_cast<std::size_t>(g.width) * static_cast<std::size_t>(g.height) * sizeof(float);
    return measure_bytes(format) + static_cast<std::size_t>(lights) * static_cast<std::size_t>(g.planes) * plane;
}

}  // namespace nightstack
