// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

// The first byte chooses the form: LIST, MLSD, HTML.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
