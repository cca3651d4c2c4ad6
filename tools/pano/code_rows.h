// SPDX-License-Identifier: MIT
// From linear light to the samples of a file: the curve of sRGB for integers, as it is for floats. Free function; any
// thread.
#pragma once

#include <cstddef>
#include <span>

#include "io/pano_files/block_writer.h"
#include "pipeline/core/image.h"

namespace nightstack::tools {

// One row: `planes` one or three, `alpha` 0 or 1, into samples side by side with an alpha where `channels` is even. No
// data is 0 in all of them. `white`: light that becomes the highest code of integers.
void code_row(std::span<const float* const> planes, const float* alpha, int width, int channels, io::RowSample sample,
              std::byte* out, float white = 1);

}  // namespace nightstack::tools
