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

std::vector<ColourScale> scales_of(const FiguredLight& light, const FiguredLight& reference, int planes,
                                   NormalisationKind normalisation) {
    return normalise(levels_of(light.measured, light.registered, planes),
                     levels_of(reference.measured, reference.registered, planes), normalisation);
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

// RCD forms ratios of brightness and takes grey for equal in all colours: each light's own sky tells it what grey is.
DemosaicOptions demosaic_options(const LightMeasurement& m, int planes) {
    if (planes < 3) return {};
    const double noise = std::max({m.sky[0].sigma, m.sky[1].sigma, m.sky[2].sigma});
    return demosaic_options_for_sky({m.sky[0].level, m.sky[1].level, m.sky[2].level}, noise);
}

AcceptedLight against_reference(const Light& light, const FiguredLight& figures, const FiguredLight& reference,
                                int planes, NormalisationKind normalisation) {
    const std::vector<ColourScale> scales = scales_of(figures, reference, planes, normalisation);
    AcceptedLight out;
    out.light = &light;
    out.ref_from_frame = *figures.registered.ref_from_frame;
    out.noise_adu = figures.measured.noise_adu;
    out.demosaic = demosaic_options(figures.measured, planes);
    const bool levels = normalisation == NormalisationKind::add || normalisation == NormalisationKind::addscale;
    for (std::size_t p = 0; p < static_cast<std::size_t>(planes); ++p) {
        const double sigma = figures.measured.sky[p].sigma * scales[p].scale;
        out.scale[p] = static_cast<float>(scales[p].scale);
        out.offset[p] = static_cast<float>(scales[p].offset);
        out.noise_variance[p] = static_cast<float>(sigma * sigma);
        if (levels && &figures.measured != &reference.measured) {
            out.tilt[p] = fit_sky_tilt(figures.measured.sky_mesh, scales[p].scale, scales[p].offset,
                                       reference.measured.sky_mesh, out.ref_from_frame, static_cast<int>(p));
        }
    }
    return out;
}

std::vector<AcceptedLight> apply_figures(std::span<const Light> lights, std::span<const LightMeasurement> measured,
                                         const RegisteredNight& night, std::span<const std::size_t> accepted,
                                         int planes, NormalisationKind normalisation, WeightKind weights) {
    const FiguredLight reference{measured[*night.reference], night.lights[*night.reference]};
    std::vector<AcceptedLight> out;
    std::vector<FrameQuality> qualities;
    for (const std::size_t i : accepted) {
        const FiguredLight light{measured[i], night.lights[i]};
        out.push_back(against_reference(lights[i], light, reference, planes, normalisation));
        qualities.push_back(quality_of(measured[i], scales_of(light, reference, planes, normalisation)));
    }
    const std::vector<std::vector<double>> weight = frame_weights(qualities, weights);
    for (std::size_t k = 0; k < out.size(); ++k) {
        for (std::size_t p = 0; p < static_cast<std::size_t>(planes); ++p)
            out[k].weight[p] = static_cast<float>(weight[k][p]);
    }
    return out;
}

}  // namespace nightstack
