// SPDX-License-Identifier: MIT
#pragma once

#include <string>

namespace nightstack::test {

// Whether what a process takes is its own: a sanitizer has a shadow of memory and a quarantine.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kMemoryIsOurs = false;
#else
inline constexpr bool kMemoryIsOurs = true;
#endif

// A value of --memory that leaves the program `megabytes` for its work: what a sanitizer takes comes on top.
inline std::string ceiling(int megabytes) { return std::to_string(megabytes + (kMemoryIsOurs ? 0 : 450)) + "M"; }

}  // namespace nightstack::test
