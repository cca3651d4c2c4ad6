// SPDX-License-Identifier: MIT
// The values of a stack for other programs: 16-bit linear PNG, TIFF. Rows are read and written by several threads.
#pragma once

#include <optional>

#include "io/files/output_file.h"
#include "pipeline/core/runner.h"
#include "pipeline/stages/display/stretch.h"
#include "tools/session/linear_scale.h"

namespace nightstack::tools {

// The scale that holds all values; reads all rows once.
LinearScale scale_of(const PictureRows& picture, Runner& runner);

// Appends a whole PNG of 16 bits on `scale`, without a stretch. Throws IoError.
void write_linear_png(io::OutputFile& file, const PictureRows& picture, const LinearScale& scale, Runner& runner);

// Appends a whole TIFF: 16 bits on `scale` where there is one, else the floats. Throws OptionError (too large),
// IoError.
void write_tiff(io::OutputFile& file, const PictureRows& picture, const std::optional<LinearScale>& scale,
                Runner& runner);

}  // namespace nightstack::tools
