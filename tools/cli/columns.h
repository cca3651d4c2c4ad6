// SPDX-License-Identifier: MIT
// Texts on a terminal, counted in its columns: most characters take one, those of East Asia and pictures two, marks
// that sit on another none. The text is printable (printable.h). Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

namespace nightstack::tools {

int columns_of(std::string_view text);

// The text if it takes at most `columns`, else its beginning with ".." behind it.
std::string fitted(std::string_view text, int columns);

}  // namespace nightstack::tools
