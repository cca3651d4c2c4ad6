// SPDX-License-Identifier: MIT
#include "io/chunks/packed_chunk.h"

#include <zstd.h>

#include <new>
#include <string>

#include "io/files/crc32c.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr int kLevel = 3;  // higher ones win a few percent of a stack for several times the time

}  // namespace

std::uint64_t most_packed(std::uint64_t unpacked) { return ZSTD_compressBound(unpacked); }

PackedChunk packed(const ChunkKind& kind, std::span<const std::byte> bytes) {
    PackedChunk chunk;
    chunk.bytes.resize(ZSTD_compressBound(bytes.size()));
    const std::size_t n = ZSTD_compress(chunk.bytes.data(), chunk.bytes.size(), bytes.data(), bytes.size(), kLevel);
    if (ZSTD_isError(n) != 0) throw std::bad_alloc();  // nothing else can go wrong with room enough
    chunk.bytes.resize(n);
    chunk.bytes.shrink_to_fit();
    chunk.header.kind = kind;
    chunk.header.unpacked = bytes.size();
    chunk.header.packed = n;
    chunk.header.crc = crc32c(chunk.bytes);
    return chunk;
}

std::vector<std::byte> unpacked(const PackedChunk& chunk) {
    if (crc32c(chunk.bytes) != chunk.header.crc) throw DamagedError("its checksum differs");
    std::vector<std::byte> out(chunk.header.unpacked);
    const std::size_t n = ZSTD_decompress(out.data(), out.size(), chunk.bytes.data(), chunk.bytes.size());
    if (ZSTD_isError(n) != 0 || n != out.size()) throw DamagedError("cannot be unpacked to the size it promises");
    return out;
}

}  // namespace nightstack::io
