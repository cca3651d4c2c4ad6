// SPDX-License-Identifier: MIT
// Samples of picture files as linear light: the curve of sRGB (IEC 61966-2-1), white is 1. Any thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "io/image_files/picture_rows.h"
#include "io/tiles/float_range.h"

namespace nightstack::io {

double light_of_code(double code);  // 0 .. 1 both; the exact piecewise curve
double code_of_light(double light);

const std::array<float, 256>& light_of_u8();
const std::vector<float>& light_of_u16();  // 65536

// `pixels` of a row, samples side by side as RowsShape says, become one row of light for each colour. NaN where alpha
// is below half, and for samples that are no finite number or beyond the range's most.
void light_row(const RowsShape& shape, const std::byte* samples, int pixels, float* const* planes,
               const FloatRange& range = {});

// The same pixels as 8 bits of gray for the eye: (77 R + 150 G + 29 B) / 256 of the stored codes, for
// floats of light in the range's unit. 0 where there are none.
void gray_row(const RowsShape& shape, const std::byte* samples, int pixels, std::uint8_t* gray,
              const FloatRange& range = {});

}  // namespace nightstack::io
