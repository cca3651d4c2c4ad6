// SPDX-License-Identifier: MIT
// Between stored big-endian samples and pixels, a run at a time.
#pragma once

#include <cstddef>
#include <cstdint>

#include "io/fits/gate.h"

namespace nightstack::io {

// `count` physical values from the stored samples at `raw`. BLANK, and values beyond float, become NaN.
// 64-bit arithmetic for scaling, one rounding to float at the end.
void decode_samples(float* out, const std::byte* raw, std::size_t count, const FitsLayout& layout);

// Only for layouts of unsigned 16-bit values (BITPIX 16, BZERO 32768, BSCALE 1), bit for bit.
void decode_samples(std::uint16_t* out, const std::byte* raw, std::size_t count);
bool is_u16(const FitsLayout& layout);

// To BITPIX -32, and to BITPIX 16 with BZERO 32768.
void encode_samples(std::byte* raw, const float* in, std::size_t count);
void encode_samples(std::byte* raw, const std::uint16_t* in, std::size_t count);

}  // namespace nightstack::io
