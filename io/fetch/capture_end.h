// SPDX-License-Identifier: MIT
// Whether a capture is over, by the scope's own account of it.
#pragma once

#include <string_view>

namespace nightstack::io {

// Whether the account of a session, shotsInfo.json, says that all that was asked for is taken. No text is too odd for
// it.
bool says_all_is_taken(std::string_view shots_info);

}  // namespace nightstack::io
