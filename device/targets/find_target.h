// SPDX-License-Identifier: MIT
// From a user's words to a place in the sky. No network. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "device/model/target.h"

namespace nightstack::device {

// "m31", "NGC 7000", "Caldwell 14", "andromeda galaxy", "vega", "alpha lyrae", "jupiter", "moon", or
// coordinates (coordinates.h). The name is written as the lists write it. Throws OptionError that
// names near targets, or says why (the Sun; Messier ends at 110).
Target find_target(std::string_view words);

// Names that look like the words, best first; at most `most`.
std::vector<std::string> near_targets(std::string_view words, std::size_t most = 5);

}  // namespace nightstack::device
