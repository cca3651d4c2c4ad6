// SPDX-License-Identifier: MIT
// A raw frame on disk whose pixels can be read in part, whatever its container (FITS, TIFF ...).
#pragma once

#include "pipeline/core/frame.h"
#include "pipeline/core/image.h"

namespace nightstack::io {

// Opened and checked by the function that returns it; holds the file, which may be closed and opened
// again between reads (handle_cache.h). All methods may be
// called from several threads at once. Rows are presented top-down: a file that says ROWORDER
// BOTTOM-UP is turned over while it is read, `rows_reversed()` tells.
class FrameFile {
public:
    virtual ~FrameFile() = default;
    virtual const StreamFormat& format() const = 0;
    virtual const FrameInfo& info() const = 0;
    virtual bool rows_reversed() const = 0;
    // Made for the eye (8-bit and colour pictures): values are not proportional to light.
    virtual bool display_referred() const { return false; }
    // Physical values (BZERO and BSCALE applied) of `region` of one plane; `out` has its size.
    // Undefined pixels (BLANK, NaN) come as NaN. Throws IoError, FormatError when the file has
    // changed under us.
    virtual void read(ImageView<float> out, Rect region, int plane) const = 0;
};

}  // namespace nightstack::io
