// SPDX-License-Identifier: MIT
// Foreign text on a screen: names from a card, words from a scope or a broker. Any thread.
#pragma once

#include <string>
#include <string_view>

namespace nightstack {

// As it may be shown on a terminal: controls (of writing direction too) and invalid UTF-8 become \xNN.
std::string printable(std::string_view text);

}  // namespace nightstack
