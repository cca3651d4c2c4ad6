// SPDX-License-Identifier: MIT
// The picture as a PNG: for the eye, with the usual auto-stretch, or linear for other programs.
#pragma once

#include "io/files/output_file.h"
#include "pipeline/stages/display/stretch.h"
#include "tools/session/linear_scale.h"

namespace nightstack::tools {

enum class PngKind { none, stretched8, stretched16, linear16 };

// Appends a whole PNG to `file`, reading the rows once for the stretch and once for the pixels.
// `white_adu` is where the sensor saturates, 0 = unknown. Throws IoError.
void write_preview(io::OutputFile& file, const PictureRows& picture, double white_adu, PngKind kind);

// The values on `scale`, 16 bits, no stretch.
void write_linear_png(io::OutputFile& file, const PictureRows& picture, const LinearScale& scale);

}  // namespace nightstack::tools
