// SPDX-License-Identifier: MIT
#pragma once

namespace nightstack::test {

// Whether what a process takes is its own: a sanitizer has a shadow of memory and a quarantine.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kMemoryIsOurs = false;
#else
inline constexpr bool kMemoryIsOurs = true;
#endif

}  // namespace nightstack::test
