// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

// The twin's ear on any bytes: the first byte chooses what the scope is doing, the rest are frames
// divided by line ends, with time passing between. Whatever they are: no crash, everything said is a
// message, memory bounded. A broken promise ends the process. Always 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
