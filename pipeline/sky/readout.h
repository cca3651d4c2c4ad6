// SPDX-License-Identifier: MIT
// From light to numbers: the sensor's fixed pattern, the counting of electrons, the converter.
#pragma once

#include <cstdint>

#include "pipeline/sky/night.h"
#include "pipeline/sky/sensor.h"

namespace nightstack::sky {

// What kind of exposure; also the noise stream it draws from.
enum class Exposure : std::uint64_t { light = 61, dark, flat, bias };

// Multiplies a row of light by the flat and the cold pixels.
void apply_response(double* row, int y, const SensorModel& sensor, bool defects);

// Adds the dark electrons of an exposure to a row.
void add_dark(double* row, int y, const SensorModel& sensor, double exposure_s, const NoiseSwitches& noise);

// Turns the expected electrons of row y into the values the camera writes. A 16-bit value is what a
// file holds; a float is the same before rounding to integers (only quantisation off leaves it broken).
template <class T>
void read_out(T* out, double* expected_e, int y, const SensorOptions& sensor, const NoiseSwitches& noise,
              std::uint64_t frame_key);

extern template void read_out(std::uint16_t*, double*, int, const SensorOptions&, const NoiseSwitches&, std::uint64_t);
extern template void read_out(float*, double*, int, const SensorOptions&, const NoiseSwitches&, std::uint64_t);

}  // namespace nightstack::sky
