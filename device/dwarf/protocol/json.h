// SPDX-License-Identifier: MIT
// Messages to and from the JSON text of a WebSocket frame. Pure functions, any thread. The bytes
// are hostile until read: size, depth, number of values, duplicate names, UTF-8 and the range of
// numbers are checked while reading, so that no frame costs more than its own size.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "device/dwarf/protocol/message.h"

namespace nightstack::device::dwarf {

inline constexpr std::size_t kMaxMessageBytes = 64 * 1024;
inline constexpr int kMaxDepth = 32;
inline constexpr std::size_t kMaxValues = 512;  // in one message, nested ones included

// One JSON object with an integer `interface` (0 to 999,999). Throws FormatError with what, where (byte), which number.
Message decode(std::string_view bytes);

// One JSON object of any names, for the scope's answers outside the WebSocket (HTTP, Bluetooth). Same limits and
// errors.
std::vector<Item> decode_object(std::string_view bytes);

// `interface` first, then the values in their order; no blanks. A double keeps the digits it needs to be read back.
std::string encode(const Message& message);

}  // namespace nightstack::device::dwarf
