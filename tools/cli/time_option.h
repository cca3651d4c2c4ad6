// SPDX-License-Identifier: MIT
// What stands behind --time, of every command that has it. Pure function, any thread.
#pragma once

#include <chrono>
#include <string>

namespace nightstack::tools {

// "2026-01-18T21:04:26Z": UTC, the years 1970 to 2200. Throws OptionError with an example.
std::chrono::system_clock::time_point parse_time(const std::string& text);

}  // namespace nightstack::tools
