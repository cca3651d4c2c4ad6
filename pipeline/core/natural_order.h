// SPDX-License-Identifier: MIT
// Names as people count them. Bytes: names need not be UTF-8, and nothing here asks the locale. Pure, any thread.
#pragma once

#include <string_view>

namespace nightstack {

// frame_2 before frame_10. A total order: equal only if equal.
bool natural_less(std::string_view a, std::string_view b);

}  // namespace nightstack
