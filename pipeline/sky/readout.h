// SPDX-License-Identifier: MIT
// From light to numbers: the sensor's fixed pattern, the counting of electrons, the converter.
#pragma once

#include <cstdint>

#include "pipeline/sky/sensor.h"

namespace nightstack::sky {

// What the camera adds to the light; all of it on a real night.
struct NoiseSwitches {
    bool shot = true;  // counting of photons and of dark electrons
    bool read = true;
    bool dark = true;          // the dark current itself, hot pixels not included
    bool defects = true;       // hot and cold pixels
    bool quantisation = true;  // off: no steps of one ADC unit, integers are only rounded as written
};

// How electrons become numbers: of one pixel, or of a sum of pixels of one colour.
struct Converter {
    double gain_e_per_adu = 1;
    double pedestal_adu = 0;
    double top_adu = 4095;  // the highest value before scaling
    int scale = 1;          // written value = ADC value * scale
    double full_well_e = 0;
    double read_noise_e = 0;
    double quantum_adu2 = 0;  // variance of steps that were taken before this one
};
// `binning` 2: the sum of 2 x 2 numbers, each converted by itself; written with a quarter of the scale, at least 1, so
// that it fits into 16 bits.
Converter converter_of(const SensorOptions& sensor, int binning);

// What kind of exposure; also the noise stream it draws from.
enum class Exposure : std::uint64_t { light = 61, dark, flat, bias };

// Multiplies a row of light by the flat and the cold pixels.
void apply_response(double* row, int y, const SensorModel& sensor, bool defects);

// Adds the dark electrons of `dark_s` seconds to a row.
void add_dark(double* row, int y, const SensorModel& sensor, double dark_s, const NoiseSwitches& noise);

// Turns the expected electrons of row y into the values the camera writes. A 16-bit value is what a
// file holds; a float is the same before rounding to integers (only quantisation off leaves it broken).
template <class T>
void read_out(T* out, const double* expected_e, int width, int y, const Converter& converter,
              const NoiseSwitches& noise, std::uint64_t frame_key);

extern template void read_out(std::uint16_t*, const double*, int, int, const Converter&, const NoiseSwitches&,
                              std::uint64_t);
extern template void read_out(float*, const double*, int, int, const Converter&, const NoiseSwitches&, std::uint64_t);

}  // namespace nightstack::sky
