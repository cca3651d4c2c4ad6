// SPDX-License-Identifier: MIT
// The camera: what it does to light that is always the same, and how it counts. The planes are made
// once from the sensor's seed and stand open as truth.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "pipeline/core/cfa.h"
#include "pipeline/core/image.h"
#include "pipeline/core/runner.h"

namespace nightstack::sky {

// Defaults: the tele camera of a DWARF II (12 bit, written x 16), a warm evening.
struct SensorOptions {
    std::uint64_t seed = 1;
    int width = 3840;
    int height = 2160;
    std::optional<CfaPattern> cfa = CfaPattern::rggb;  // nothing = mono
    double gain_e_per_adu = 1.0;
    double pedestal_adu = 200;
    int bits = 12;
    int adc_scale = 16;          // written value = ADC value * adc_scale
    double full_well_e = 12000;  // electrons a pixel can hold; the ADC may clip before
    double read_noise_e = 2.5;
    double dark_current_e_per_s = 0.4;  // mean of the ordinary pixels
    double dark_spread = 0.5;           // sigma of ln(dark current) from pixel to pixel
    int hot_pixels = 2000;
    double hot_min_e_per_s = 10;  // their extra current, even in its logarithm between these
    double hot_max_e_per_s = 400;
    int cold_pixels = 100;         // see only 0 to 50 % of the light
    double amp_glow_e_per_s = 0;   // extra dark current in the bottom right corner
    double amp_glow_px = 300;      // falls to 1/e over this distance
    double vignetting = 0.25;      // part of the light lost in the corners, like r^2
    double pixel_response = 0.01;  // sigma of the pixels' sensitivity
    int dust_motes = 0;            // round shadows of out-of-focus dust

    void check() const;                                                // throws OptionError
    int white_level() const { return ((1 << bits) - 1) * adc_scale; }  // highest value written
    // What the converter can tell apart, in electrons.
    double range_e() const { return ((1 << bits) - 1 - pedestal_adu) * gain_e_per_adu; }
};

struct HotPixel {
    int x = 0;
    int y = 0;
    double extra_e_per_s = 0;
};

struct ColdPixel {
    int x = 0;
    int y = 0;
    double response = 0;  // times the flat
};

// Move-only (owns two planes of floats); read by any number of threads.
class SensorModel {
public:
    SensorModel(const SensorOptions& options, Runner& runner);

    const SensorOptions& options() const { return options_; }
    // Electrons per second; hot pixels are not in it but in their list.
    ImageView<const float> dark_current() const { return dark_current_.view(); }
    // Relative response, 1 in the middle: vignetting, dust and pixel response; cold pixels are not
    // in it but in their list.
    ImageView<const float> flat() const { return flat_.view(); }
    // Both sorted by (y, x), no place twice.
    const std::vector<HotPixel>& hot_pixels() const { return hot_pixels_; }
    const std::vector<ColdPixel>& cold_pixels() const { return cold_pixels_; }

private:
    SensorOptions options_;
    Image<float> dark_current_;
    Image<float> flat_;
    std::vector<HotPixel> hot_pixels_;
    std::vector<ColdPixel> cold_pixels_;
};

}  // namespace nightstack::sky
