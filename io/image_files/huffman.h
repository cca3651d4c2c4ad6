// SPDX-License-Identifier: MIT
// Prefix codes as deflate wants them (RFC 1951, 3.2.2). Internal to this folder.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace nightstack::io {

struct HuffmanCode {
    std::uint16_t bits = 0;  // the first bit to be written is the lowest
    std::uint8_t length = 0;
};

// The code for symbols seen so often; those never seen get none. No code is longer than `longest`, which must suffice
// for the number of symbols. A single symbol gets a code of one bit. `counts` are changed when codes had to be cut.
void make_huffman_codes(std::span<std::uint32_t> counts, int longest, std::span<HuffmanCode> codes);

}  // namespace nightstack::io
