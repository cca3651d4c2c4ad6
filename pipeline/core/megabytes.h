// SPDX-License-Identifier: MIT
// Sizes of memory in words. Pure function, any thread.
#pragma once

#include <cstdint>
#include <string>

namespace nightstack {

// "12 MB": of 2^20 bytes, rounded up, so that what is said is enough.
inline std::string megabytes(std::uint64_t bytes) { return std::to_string((bytes + (1U << 20) - 1) >> 20) + " MB"; }

}  // namespace nightstack
