// SPDX-License-Identifier: MIT
#include "pipeline/graph/live_begin.h"

#include <algorithm>
#include <cmath>

#include "pipeline/core/error.h"
#include "pipeline/graph/apply_figures.h"
#include "pipeline/graph/noise_gain.h"

namespace nightstack {
namespace {

// What a sample's variance gains per ADU of light, from a sky whose noise is mostly its photons'; too little where the
// level holds a pedestal, 0 where the sky is too dark to tell.
double photon_variance(const ColourSky& sky, double gain) {
    constexpr double kClear = 4;  // sigma above black
    const double sigma = sky.sigma;
    return sigma > 0 && sky.level >= kClear * sigma ? gain * sigma * sigma / sky.level : 0;
}

}  // namespace

LiveStackOptions live_stack_options(const LiveRunOptions& options, const StreamFormat& format,
                                    const LightMeasurement& m) {
    LiveStackOptions o;
    o.planes = sampled_geometry(format, options.sampling).planes;
    o.clip_depth = options.clip_depth;
    o.kappa_low = options.kappa_low;
    o.kappa_high = options.kappa_high;
    // Where no pixel is white, others may have brighter ones: two bits of room.
    constexpr double kRoom = 4;
    const double highest = std::max(m.highest_adu, m.white_adu.value_or(0));
    o.white_adu = m.white_adu ? highest : kRoom * highest;
    if (!(o.white_adu > 0)) o.white_adu = 1;
    const auto gain = noise_gain(format, m.sky, demosaic_options(m, o.planes), options.sampling, options.scale);
    for (std::size_t p = 0; p < static_cast<std::size_t>(o.planes); ++p) {
        const double noise = m.sky[p].sigma * std::sqrt(gain[p]);
        o.noise_adu[p] = noise > 0 ? noise : live_unit(o.white_adu);  // coarse steps may hide all of it
        o.sky_adu[p] = m.sky[p].level;
        o.signal_variance[p] = photon_variance(m.sky[p], gain[p]);
    }
    return o;
}

std::string why_absurd(const LiveStackOptions& options) {
    try {
        options.check();
    } catch (const OptionError& e) {
        return e.what();
    }
    return "";
}

bool has_finite_level(const AcceptedLight& light) {
    const auto finite = [](const SkyTilt& t) {
        return std::isfinite(t.level) && std::isfinite(t.along_x) && std::isfinite(t.along_y);
    };
    return std::ranges::all_of(light.scale, [](float v) { return std::isfinite(v); }) &&
           std::ranges::all_of(light.offset, [](float v) { return std::isfinite(v); }) &&
           std::ranges::all_of(light.tilt, finite) && std::isfinite(light.demosaic.pedestal) &&
           std::isfinite(light.noise_adu);
}

}  // namespace nightstack
