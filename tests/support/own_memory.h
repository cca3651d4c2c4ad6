// SPDX-License-Identifier: MIT
// Asked at run time: a test is compiled once, and may serve a build with sanitizers and one without.
#pragma once

#include <string>

extern "C" {
[[gnu::weak]] void __asan_init();  // there when a program is linked with a sanitizer
[[gnu::weak]] void __tsan_init();
}

namespace nightstack::test {

// What is tested is slower, keeps memory and stops at its first fault.
inline bool sanitized() { return __asan_init != nullptr || __tsan_init != nullptr; }

// Whether what a process takes is its own: a sanitizer has a shadow of memory and a quarantine.
inline bool memory_is_ours() { return !sanitized(); }

// A value of --memory that leaves the program `megabytes` for its work: what a sanitizer takes comes on top.
inline std::string ceiling(int megabytes) { return std::to_string(megabytes + (memory_is_ours() ? 0 : 450)) + "M"; }

}  // namespace nightstack::test
