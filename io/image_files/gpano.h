// SPDX-License-Identifier: MIT
// What tells viewers that a picture is a panorama: the Photo Sphere XMP metadata (namespace GPano).
#pragma once

#include <optional>
#include <string>

#include "pipeline/core/geometry.h"

namespace nightstack::io {

// An equirectangular (spherical) picture, the only projection the format knows. The whole sphere would be full_width x
// full_height pixels, twice as wide as high; `cropped` is what the picture shows of it.
struct GPano {
    int full_width = 0;
    int full_height = 0;
    Rect cropped;
    std::optional<double> heading_deg = {};  // compass direction of the whole's middle, 0 north, 90 east
    int photos = 0;                          // 0: not told
    std::string software = {};
};

// A whole XMP packet in UTF-8, for JPEG, PNG and TIFF alike. Throws OptionError when the part does not lie in the
// whole. Any thread.
std::string gpano_xmp(const GPano& pano);

}  // namespace nightstack::io
