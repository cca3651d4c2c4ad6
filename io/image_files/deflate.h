// SPDX-License-Identifier: MIT
// Deflate (RFC 1951) in pieces that several threads can make, by zlib. Internal to this folder.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace nightstack::io {

// Appends a piece of a deflate stream that begins and ends at a whole byte and refers to nothing before it: pieces one
// behind the other are a stream, of which only the last may be `last`. The same bytes give the same piece. Of
// repetitions only runs of one value are looked for: pictures are noise to a compressor.
void deflate_piece(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> bytes, bool last);

}  // namespace nightstack::io
