// SPDX-License-Identifier: MIT
// A picture with captions: what is in it, which way north and east are, how large it is. For people, drawn over the
// stretched 8-bit picture. Pure but for the picture; one thread for each.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "pipeline/stages/astrometry/wcs.h"
#include "tools/night/show/night_state.h"

namespace nightstack::tools {

// `rgb`: width * height * 3 samples, interleaved, row 0 on top. `wcs` and `objects` in pixels of this picture
// (field_view.h moves them there; objects_in finds them). `title` stands in the upper left corner, "" none; of foreign
// text what is no ASCII looks like '?'. Captions that find no room are left out; pictures of less than 120 pixels a
// side stay as they are. Letters grow with the picture. Throws OptionError when `rgb` has another size.
void annotate(std::span<std::uint8_t> rgb, int width, int height, const Wcs& wcs,
              std::span<const NightSky::Object> objects, const std::string& title);

}  // namespace nightstack::tools
