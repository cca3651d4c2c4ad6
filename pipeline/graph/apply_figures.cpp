// SPDX-License-Identifier: MIT
#include "pipeline/graph/apply_figures.h"

#include <algorithm>

namespace nightstack {
namespace {

FrameLevels levels_of(const LightMeasurement& m, const RegisteredLight& light, int planes) {
    FrameLevels levels;
    for (int p = 0; p < planes; ++p) levels.sky.push_back(m.sky[static_cast<std::size_t>(p)].level);
    levels.transparency = light.figures.transparency;
    return levels;
}

FrameQuality quality_of(const LightMeasurement& m, const std::vector<ColourScale>& scales) {
    FrameQuality quality;
    for (std::size_t p = 0; p < scales.size(); ++p) {
        quality.noise.push_back(m.sky[p].sigma);
        quality.scale.push_back(scales[p].scale);
    }
    quality.fwhm_px = m.report.fwhm_px;
    quality.stars = m.report.above_threshold;
    return quality;
}

// RCD forms ratios of brightness and takes grey for equal in all colours: each light's own sky tells it what grey is.
DemosaicOptions demosaic_options(const LightMeasurement& m, int planes) {
    if (planes < 3) return {};
    const double noise = std::max({m.sky[0].sigma, m.sky[1].sigma, m.sky[2].sigma});
    return demosaic_options_for_sky({m.sky[0].level, m.sky[1].level, m.sky[2].level}, noise);
}

}  // namespace

double core_scatter(std::span<const LightMeasurement> measured, std::span<const std::size_t> accepted) {
    constexpr double kSampling = 0.02;
    constexpr double kMost = 0.1;
    std::vector<float> fwhm;
    for (const std::size_t i : accepted) {
        const double value = measured[i].report.fwhm_px;
        if (value > 0) fwhm.push_back(static_cast<float>(value));
    }
    const RobustSpread spread = median_and_sigma_in_place(fwhm);
    if (!(spread.median > 0)) return kSampling;
    return std::clamp(2.0 * static_cast<double>(spread.sigma / spread.median), kSampling, kMost);
}

std::vector<AcceptedLight> apply_figures(std::span<const Light> lights, std::span<const LightMeasurement> measured,
                                         const RegisteredNight& night, std::span<const std::size_t> accepted,
                                         int planes, NormalisationKind normalisation, WeightKind weights) {
    const std::size_t reference = *night.reference;
    const FrameLevels reference_levels = levels_of(measured[reference], night.lights[reference], planes);
    std::vector<std::vector<ColourScale>> scales;
    std::vector<FrameQuality> qualities;
    for (const std::size_t i : accepted) {
        scales.push_back(normalise(levels_of(measured[i], night.lights[i], planes), reference_levels, normalisation));
        qualities.push_back(quality_of(measured[i], scales.back()));
    }
    const std::vector<std::vector<double>> weight = frame_weights(qualities, weights);
    std::vector<AcceptedLight> out(accepted.size());
    for (std::size_t k = 0; k < accepted.size(); ++k) {
        AcceptedLight& light = out[k];
        light.light = &lights[accepted[k]];
        light.ref_from_frame = *night.lights[accepted[k]].ref_from_frame;
        light.noise_adu = measured[accepted[k]].noise_adu;
        light.demosaic = demosaic_options(measured[accepted[k]], planes);
        for (std::size_t p = 0; p < static_cast<std::size_t>(planes); ++p) {
            const double sigma = qualities[k].noise[p] * scales[k][p].scale;
            light.scale[p] = static_cast<float>(scales[k][p].scale);
            light.offset[p] = static_cast<float>(scales[k][p].offset);
            light.weight[p] = static_cast<float>(weight[k][p]);
            light.noise_variance[p] = static_cast<float>(sigma * sigma);
            const bool levels = normalisation == NormalisationKind::add || normalisation == NormalisationKind::addscale;
            if (levels && accepted[k] != reference) {
                light.tilt[p] = fit_sky_tilt(measured[accepted[k]].sky_mesh, scales[k][p].scale, scales[k][p].offset,
                                             measured[reference].sky_mesh, light.ref_from_frame, static_cast<int>(p));
            }
        }
    }
    return out;
}

}  // namespace nightstack
