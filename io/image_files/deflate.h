// SPDX-License-Identifier: MIT
// Deflate (RFC 1951) for pictures that look like noise to a compressor: Huffman codes, and of repetitions only runs of
// zeros. Some five times as fast as zlib's quickest that codes at all, and the pieces of a stream can be made by
// several threads. Internal to this folder.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace nightstack::io {

// Appends a piece of a deflate stream that begins and ends at a whole byte and refers to nothing before it: pieces one
// behind the other are a stream, of which only the last may be `last`. The same bytes give the same piece.
void deflate_piece(std::vector<std::uint8_t>& out, std::span<const std::uint8_t> bytes, bool last);

}  // namespace nightstack::io
