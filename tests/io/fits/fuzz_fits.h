// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

// Gate, header and reader on any bytes: read without contradiction or refused by a FitsError. Everything
// else (another exception, a broken promise, a sanitizer's word) ends the process. Always 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
