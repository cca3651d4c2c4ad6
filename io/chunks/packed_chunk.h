// SPDX-License-Identifier: MIT
// One chunk, packed: pure functions, so that many can be packed and unpacked at the same time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "io/chunks/chunk_header.h"

namespace nightstack::io {

struct PackedChunk {
    ChunkHeader header;  // its position is the writer's
    std::vector<std::byte> bytes;
};

// The same bytes give the same chunk with the same zstd. Throws std::bad_alloc.
PackedChunk packed(const ChunkKind& kind, std::span<const std::byte> bytes);

// Exactly as many bytes as the header says, or DamagedError (text without a file's name). The caller has held that
// number against its limit: the memory is taken before the first byte is looked at.
std::vector<std::byte> unpacked(const PackedChunk& chunk);

// The most that so many bytes can be when packed.
std::uint64_t most_packed(std::uint64_t unpacked);

}  // namespace nightstack::io
