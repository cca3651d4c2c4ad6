// SPDX-License-Identifier: MIT
// What the machine has to offer, and what this process has taken of it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nightstack::tools {

// Bytes that can be used without swapping: the least of the kernel's MemAvailable, the control
// group's limit and the address space limit.
std::uint64_t available_memory();

std::size_t resident_bytes();  // of this process now
std::size_t peak_bytes();      // of this process so far (VmHWM)
double cpu_seconds();          // user and system, all threads

}  // namespace nightstack::tools
