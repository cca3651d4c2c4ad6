// SPDX-License-Identifier: MIT
// Renders the frames of a Night (night.h says how in ten lines). All functions: `out` has the
// sensor's size (else OptionError); same bits for every runner, thread count and order of calls; a
// night may be rendered from by several threads at once.
#pragma once

#include <cstdint>

#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"
#include "pipeline/sky/exposure.h"
#include "pipeline/sky/night.h"

namespace nightstack::sky {

// Light frame `index` of [0, frames) as the camera writes it: ADU x adc_scale, array row 0 first.
void render_light(ImageView<std::uint16_t> out, const Night& night, int index, Runner& runner);
// The same values as floats: with quantisation switched off they are not rounded at all.
void render_light(ImageView<float> out, const Night& night, int index, Runner& runner);

// Calibration frames; any index >= 0 gives one more of its kind.
void render_dark(ImageView<std::uint16_t> out, const Night& night, int index, Runner& runner);
void render_bias(ImageView<std::uint16_t> out, const Night& night, int index, Runner& runner);
// White light at `level` (0 to 1) of the brightest the sensor can show in the middle, no dark current.
void render_flat(ImageView<std::uint16_t> out, const Night& night, int index, Runner& runner, double level = 0.5);

// Expected electrons of light frame `index`: no noise, no pedestal, no clipping, no defect of the
// frame. Heeds the night's switches for dark current and defects where the options ask for these.
void render_noise_free(ImageView<float> out, const Night& night, int index, const NoiseFreeOptions& options,
                       Runner& runner);

}  // namespace nightstack::sky
