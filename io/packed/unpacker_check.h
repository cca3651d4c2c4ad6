// SPDX-License-Identifier: MIT
// Does the unpacking program work here? Asked before a night needs it.
#pragma once

#include <filesystem>
#include <string>

namespace nightstack::io {

// Lets the helper unpack a few known bytes. "" when it does, else one line that says what is wrong.
std::string unpacker_trouble(const std::filesystem::path& helper);

}  // namespace nightstack::io
