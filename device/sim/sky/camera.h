// SPDX-License-Identifier: MIT
// The twin's two cameras: how large, how wide, how they count. Pure functions and plain values.
#pragma once

#include <cstdint>

#include "device/sim/twin/exposed.h"
#include "pipeline/core/transform.h"
#include "pipeline/sky/sensor.h"

namespace nightstack::device::sim {

// sim --pixels. Times 16 a 2x2 sum would not fit into 16 bits: it is written x 4, black 3200, white 65520.
enum class PixelScale { twelve_bit, times16 };

// Of the stars' profile (Moffat): between seeing alone (2.5 to 4.8) and a sharp lens.
inline constexpr double kStarBeta = 4;

struct CameraFacts {
    int width = 0;  // without binning
    int height = 0;
    double focal_px = 0;          // of a rectilinear lens: pixels of a radian, in the middle
    double light = 1;             // what it collects, over the tele camera
    double best_fwhm_px = 0;      // of a star, with the air in the zenith
    double field_radius_deg = 0;  // from the middle to a corner
};
// 0 tele, 1 wide.
const CameraFacts& camera_facts(int camera);

// How many times as much the converter counts as at its lowest gain, and the setting for that.
double gain_factor(int camera, int gain);
int gain_for(int camera, double factor);

// Whether pixels are summed 2x2: the tele camera alone does.
bool binned(const Exposed& exposed);

// Stored pixels of a frame to the sensor's own: x -> 2 x + 0.5 for a sum of 2 x 2.
Transform sensor_from_stored(const Exposed& exposed);

// The sensor at the temperature its dark current is given for; the fixed pattern comes from the seed.
sky::SensorOptions sensor_options(int camera, std::uint64_t seed);

// The same with what gain and writing make of it.
sky::SensorOptions converter_options(const Exposed& exposed, std::uint64_t seed, PixelScale scale);

// How many seconds at that temperature give the dark current of this exposure.
double dark_seconds(const Exposed& exposed);

// Truth about the camera in electrons per stored pixel.
struct CameraTruth {
    double read_noise_e = 0;
    double dark_median_e = 0;
    double saturation_e = 0;  // above black
    double e_per_value = 0;   // of the numbers as written
    double black = 0;         // as written
    double white = 0;
};
CameraTruth camera_truth(const Exposed& exposed, std::uint64_t seed, PixelScale scale);

}  // namespace nightstack::device::sim
