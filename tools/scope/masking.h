// SPDX-License-Identifier: MIT
// Takes out of a message what must not stand in a bug report: where the user lives and secrets. Pure
// functions, any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace nightstack::tools {

// A text frame: lon and lat become 0, names and passwords of networks "***", nested values null. A frame
// that is no message of the API becomes a remark with its length, since nobody knows what is in it.
std::string masked_frame(std::string_view frame, std::span<const std::string> words);

// A remark: the time zone of an HTTP request, and `words` wherever they stand.
std::string masked_note(std::string_view note, std::span<const std::string> words);

}  // namespace nightstack::tools
