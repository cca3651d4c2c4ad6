// SPDX-License-Identifier: MIT
// What every live night shows when it begins, and when it ends by an error.
#pragma once

#include <exception>

#include "tools/night/core/night_folder.h"
#include "tools/night/show/night_board.h"

namespace nightstack::tools {

// Also what its journal has to say.
void show_begun(NightBoard& board, const Night& night, NightTime begun);

// An interruption is no failure.
void show_failed(NightBoard& board, const std::exception& why);

}  // namespace nightstack::tools
