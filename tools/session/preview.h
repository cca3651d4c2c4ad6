// SPDX-License-Identifier: MIT
// The picture as a PNG for the eye, with the usual auto-stretch.
#pragma once

#include "io/files/output_file.h"
#include "pipeline/core/runner.h"
#include "pipeline/stages/display/stretch.h"

namespace nightstack::tools {

enum class PngKind { none, stretched8, stretched16, linear16 };

// Appends a whole PNG to `file`, one of the stretched kinds, reading the rows once for the stretch and once for the
// pixels, from several threads. `white_adu` is where the sensor saturates, 0 = unknown. Throws IoError.
void write_preview(io::OutputFile& file, const PictureRows& picture, double white_adu, PngKind kind, Runner& runner);

}  // namespace nightstack::tools
