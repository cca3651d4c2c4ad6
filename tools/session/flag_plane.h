// SPDX-License-Identifier: MIT
// A FLAG plane as it stands in the FITS: 16 bits, since the format has no shorter unsigned ones that all readers take.
#pragma once

#include <algorithm>
#include <cstdint>

#include "pipeline/core/image.h"

namespace nightstack::tools {

inline Image<std::uint16_t> flag_plane(ImageView<const std::uint8_t> flag) {
    Image<std::uint16_t> out(flag.width(), flag.height());
    for (int y = 0; y < flag.height(); ++y) std::copy_n(flag.row_data(y), flag.width(), out.view().row_data(y));
    return out;
}

}  // namespace nightstack::tools
