// SPDX-License-Identifier: MIT
#include "device/sim/sky/camera.h"

#include <algorithm>
#include <cmath>

#include "pipeline/sky/readout.h"

namespace nightstack::device::sim {
namespace {

// The tele camera: IMX415 behind 100 mm, 1.45 um pixels. The wide one: 38.9 degrees over 1920 pixels; the opening of
// its lens is a guess (3 mm), and so is its sensor.
constexpr double kTeleArcsecPerPx = 2.991;
constexpr double kArcsecPerRadian = 206264.80624709636;
constexpr CameraFacts kTele{3840, 2160, kArcsecPerRadian / kTeleArcsecPerPx, 1, 2.4, 1.84};
constexpr CameraFacts kWide{1920, 1080, 2718, 1.0 / 64, 1.8, 22.2};

constexpr double kGainStep_db = 0.3;      // of the tele camera's 0 to 240, as in the sensor's register
constexpr double kUnityOfWide = 64;       // its gain is a factor of this (UVC)
constexpr double kFullWell_e = 8600;      // fills the converter at gain 0
constexpr double kReferenceCelsius = 20;  // of the dark current below
constexpr double kDoublingCelsius = 6.5;
constexpr double kDark_e_s = 0.08;

// Electrons per step of the 12-bit converter.
double e_per_adu(const Exposed& exposed) {
    constexpr double kAtGain0 = kFullWell_e / (4095 - 200);
    return kAtGain0 / gain_factor(exposed.camera, exposed.gain);
}

}  // namespace

const CameraFacts& camera_facts(int camera) { return camera == 0 ? kTele : kWide; }

double gain_factor(int camera, int gain) {
    return camera == 0 ? std::pow(10, gain * kGainStep_db / 20) : std::max(gain, 1) / kUnityOfWide;
}

int gain_for(int camera, double factor) {
    const double gain = camera == 0 ? 20 * std::log10(factor) / kGainStep_db : factor * kUnityOfWide;
    return static_cast<int>(std::lround(gain));
}

bool binned(const Exposed& exposed) { return exposed.camera == 0 && exposed.binning == 1; }

Transform sensor_from_stored(const Exposed& exposed) {
    return binned(exposed) ? Transform({2, 0, 0.5, 0, 2, 0.5, 0, 0, 1}) : Transform();
}

sky::SensorOptions sensor_options(int camera, std::uint64_t seed) {
    const CameraFacts& facts = camera_facts(camera);
    sky::SensorOptions o;
    o.seed = seed * 2 + static_cast<std::uint64_t>(camera != 0);
    o.width = facts.width;
    o.height = facts.height;
    o.cfa = CfaPattern::gbrg;
    o.adc_scale = 1;
    o.full_well_e = kFullWell_e;
    o.dark_current_e_per_s = kDark_e_s;
    o.dark_spread = 0.5;
    o.hot_pixels = camera == 0 ? 1500 : 300;
    o.hot_min_e_per_s = 0.3;
    o.hot_max_e_per_s = 40;
    o.cold_pixels = 60;
    o.amp_glow_e_per_s = camera == 0 ? 0.08 : 0;
    o.amp_glow_px = 350;
    o.vignetting = camera == 0 ? 0.05 : 0.2;
    o.pixel_response = 0.005;
    return o;
}

sky::SensorOptions converter_options(const Exposed& exposed, std::uint64_t seed, PixelScale scale) {
    sky::SensorOptions o = sensor_options(exposed.camera, seed);
    o.gain_e_per_adu = e_per_adu(exposed);
    // The amplifier behind the gain counts less the higher it is.
    o.read_noise_e = std::hypot(1.0, 0.6 * o.gain_e_per_adu);
    o.adc_scale = scale == PixelScale::times16 ? 16 : 1;
    return o;
}

double dark_seconds(const Exposed& exposed) {
    return exposed.exposure_s * std::exp2((exposed.sensor_c - kReferenceCelsius) / kDoublingCelsius);
}

CameraTruth camera_truth(const Exposed& exposed, std::uint64_t seed, PixelScale scale) {
    const sky::SensorOptions o = converter_options(exposed, seed, scale);
    const int pixels = binned(exposed) ? 4 : 1;
    const sky::Converter c = sky::converter_of(o, binned(exposed) ? 2 : 1);
    CameraTruth truth;
    truth.read_noise_e = c.read_noise_e;
    // The median of a logarithmic normal is below its mean.
    truth.dark_median_e = pixels * kDark_e_s * std::exp(-0.5 * o.dark_spread * o.dark_spread) * dark_seconds(exposed);
    truth.saturation_e = std::min(c.full_well_e, pixels * o.range_e());
    truth.e_per_value = c.gain_e_per_adu / c.scale;
    truth.black = c.pedestal_adu * c.scale;
    truth.white = c.top_adu * c.scale;
    return truth;
}

}  // namespace nightstack::device::sim
