// SPDX-License-Identifier: MIT
// A raw frame as the scope writes it: FITS with the header of the only DWARF II file that is public (2023, V1), or
// TIFF. Whole files in memory, because they are written in place bit by bit.
#pragma once

#include <cstdint>
#include <string>

#include "device/sim/card/card_options.h"
#include "device/sim/twin/exposed.h"
#include "pipeline/core/image.h"

namespace nightstack::device::sim {

std::string fits_bytes(const Exposed& exposed, const CardOptions& options, ImageView<const std::uint16_t> pixels);

// Gray, 16 bits, not compressed, one strip (a guess: nobody has published one).
std::string tiff_bytes(ImageView<const std::uint16_t> pixels);

}  // namespace nightstack::device::sim
