// SPDX-License-Identifier: MIT
// From what was measured of the accepted lights to what is applied to their samples.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "pipeline/graph/integrate_lights.h"
#include "pipeline/graph/measure_lights.h"
#include "pipeline/graph/register_lights.h"
#include "pipeline/stages/integrate/normalise.h"
#include "pipeline/stages/integrate/weights.h"

namespace nightstack {

// How RCD is told what grey is, see demosaic_options_for_sky; the other kinds ask for nothing.
DemosaicOptions demosaic_options(const LightMeasurement& measured, int planes);

// A light with what was found out about it.
struct FiguredLight {
    const LightMeasurement& measured;
    const RegisteredLight& registered;
};

// One light against the reference and nothing else: scale, offset, tilt, noise of raw pixels; weights are left at 1.
// `registered` has a transform.
AcceptedLight against_reference(const Light& light, const FiguredLight& figures, const FiguredLight& reference,
                                int planes, NormalisationKind normalisation);

// Scale, offset, weight and noise of each accepted light; `accepted` are positions in the night.
std::vector<AcceptedLight> apply_figures(std::span<const Light> lights, std::span<const LightMeasurement> measured,
                                         const RegisteredNight& night, std::span<const std::size_t> accepted,
                                         int planes, NormalisationKind normalisation, WeightKind weights);

// By how much the core of a star differs from frame to frame, as a share of itself: a peak goes with FWHM^-2, so twice
// the robust relative scatter of the FWHM; at least what sampling makes of a sharp star, at most a tenth.
double core_scatter(std::span<const LightMeasurement> measured, std::span<const std::size_t> accepted);

}  // namespace nightstack
