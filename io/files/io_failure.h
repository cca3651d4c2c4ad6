// SPDX-License-Identifier: MIT
// What the system said to a call on a file or folder, as the exception everybody throws. Any thread.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace nightstack::io {

// IoError "WHAT WHERE: why", as in "cannot write night.fits: No space left on device"; `code` is errno.
[[noreturn]] void throw_io(std::string_view what, const std::string& where, int code);
[[noreturn]] void throw_io(std::string_view what, const std::filesystem::path& where, int code);

}  // namespace nightstack::io
