// SPDX-License-Identifier: MIT
// The samples cameras write, unsigned 16-bit, as fast as memory gives them.
#pragma once

#include <cstddef>

namespace nightstack::io {

// `count` stored values (BITPIX 16, BZERO 32768: big-endian, the top bit turned over) as floats. Any thread.
void unpack_u16(float* out, const std::byte* raw, std::size_t count);

}  // namespace nightstack::io
