// SPDX-License-Identifier: MIT
// One exposure by any camera of any scene: what a Night does frame by frame, for callers that have their own idea of
// where the camera looks (the scope's twin). All functions: `out` has the sensor's size, divided by the binning (else
// OptionError); same bits for every runner and thread count; any thread. render.h asks a Night instead.
#pragma once

#include <cstdint>
#include <optional>

#include "pipeline/core/cfa.h"
#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"
#include "pipeline/sky/frame_truth.h"
#include "pipeline/sky/light_field.h"
#include "pipeline/sky/readout.h"
#include "pipeline/sky/scene.h"
#include "pipeline/sky/sensor.h"

namespace nightstack::sky {

struct ExposureOptions {
    double dark_s = 15;            // of dark current as the model has it: a warmer sensor counts for longer
    double beta = 3;               // wing exponent of the stars (OpticsOptions)
    std::uint64_t noise_seed = 1;  // changes nothing but the noise,
    std::uint64_t number = 0;      // neither does this: which frame of its kind
    NoiseSwitches noise;
    // 2: each value is the sum of the four nearest pixels of one colour, so that the mosaic stays. Sides of the sensor
    // must be divisible by 4 then. Scene and truth are in the sensor's own pixels all the same: its pixel x is
    // (x - 0.5) / 2 of the sum.
    int binning = 1;
    // Gain, pedestal, bits, scale, full well and read noise when they are not the model's own.
    std::optional<SensorOptions> converter{};
};

// As the camera writes it: ADU x adc_scale, array row 0 first. Floats: the same values, and with quantisation switched
// off they are not rounded at all.
void render_light(ImageView<std::uint16_t> out, const Scene& scene, const FrameTruth& truth, const SensorModel& sensor,
                  const ExposureOptions& options, Runner& runner);
void render_light(ImageView<float> out, const Scene& scene, const FrameTruth& truth, const SensorModel& sensor,
                  const ExposureOptions& options, Runner& runner);
void render_dark(ImageView<std::uint16_t> out, const SensorModel& sensor, const ExposureOptions& options,
                 Runner& runner);
void render_bias(ImageView<std::uint16_t> out, const SensorModel& sensor, const ExposureOptions& options,
                 Runner& runner);
// White light at `level` (0 to 1) of the brightest the sensor can show in the middle, no dark current.
void render_flat(ImageView<std::uint16_t> out, const SensorModel& sensor, const ExposureOptions& options,
                 Runner& runner, double level);

// What is wanted in an image of expected electrons.
struct NoiseFreeOptions {
    // Set: a whole plane of this colour, as if every pixel had that filter. Else what the sensor's
    // own pattern (or mono) sees.
    std::optional<Colour> plane{};
    LightParts light{};
    bool response = false;  // through flat and cold pixels
    bool dark = false;      // with dark current and hot pixels
};

// Expected electrons: no noise, no pedestal, no clipping, no defect of the frame. Heeds the switches for dark current
// and defects where `wanted` asks for these.
void render_noise_free(ImageView<float> out, const Scene& scene, const FrameTruth& truth, const SensorModel& sensor,
                       const ExposureOptions& options, const NoiseFreeOptions& wanted, Runner& runner);

}  // namespace nightstack::sky
