// SPDX-License-Identifier: MIT
// Small, likely damages to a FITS file, the same for the same seed.
#pragma once

#include <cstdint>
#include <string>

namespace nightstack::io::test {

// One to four damages: bytes, digits, whole cards, sizes.
std::string mutated(std::string bytes, std::uint64_t seed);

}  // namespace nightstack::io::test
