// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

// The first byte chooses what the rest is: a whole file, or one part of a file that is otherwise right.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
