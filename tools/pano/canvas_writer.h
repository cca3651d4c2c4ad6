// SPDX-License-Identifier: MIT
// A composition goes into a file band by band: blocks are rendered side by side, their rows coded and appended.
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

#include "pipeline/core/runner.h"
#include "pipeline/stages/stitch/compose/composition.h"
#include "tools/pano/picture_file.h"

namespace nightstack::tools {

struct BandShape {
    int block_width = 1024, block_height = 512;
};
// The largest blocks, up to the default, with which rendering a canvas of `width` stays within `memory`, or the
// smallest there are.
BandShape bands_within(const Composition& composition, int width, int pixel_bytes, std::size_t memory, int threads);

// The part `crop` of the canvas. `row_done(rows)`: after each band. Throws Interrupted, and as PictureFile does.
void write_canvas(PictureFile& file, const PictureShape& shape, const Composition& composition, const Rect& crop,
                  int planes, const BandShape& bands, Runner& runner, const std::stop_token& stop,
                  const std::function<void(int rows)>& rows_done);

}  // namespace nightstack::tools
