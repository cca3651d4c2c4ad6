// SPDX-License-Identifier: MIT
// Numbers in sentences: a decimal point in every locale.
#pragma once

#include <string>

namespace nightstack {

// Fixed notation; "-0.0" is written "0.0".
std::string written(double value, int decimals);

// As written(), with more decimals until it no longer reads like `other`, so that a sentence never
// says "FWHM 4.0 px, limit 4.0 px". At most four more.
int decimals_to_tell_apart(double value, double other, int decimals);

}  // namespace nightstack
