// SPDX-License-Identifier: MIT
// The picture for the eye: the usual auto-stretch as an 8-bit PNG.
#pragma once

#include "io/files/output_file.h"
#include "pipeline/stages/display/stretch.h"

namespace nightstack::tools {

// Appends a whole PNG to `file`, reading the rows once for the stretch and once for the pixels.
// `white_adu` is where the sensor saturates, 0 = unknown. Throws IoError.
void write_preview(io::OutputFile& file, const PictureRows& picture, double white_adu);

}  // namespace nightstack::tools
