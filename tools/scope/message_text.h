// SPDX-License-Identifier: MIT
// Messages in words for a screen. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

#include "device/dwarf/protocol/message.h"

namespace nightstack::tools {

// "10014 raw.count totalCount=100 currentCount=3 code=0", escaped; codes with their names.
std::string message_text(const device::dwarf::Message& message);

// A frame as it came: as above, or its bytes escaped with why it is no message.
std::string frame_text(std::string_view bytes, bool binary);

}  // namespace nightstack::tools
