// SPDX-License-Identifier: MIT
// The frame of our own files: a header, then chunks, nothing behind them. docs/nst.md has the bytes.
//
//   header, 32 bytes:  magic (8), version u32, chunks u32, bytes of the file u64, 0 u32, CRC-32C of these 28 bytes
//   chunk:             kind (4), position u32, bytes unpacked u64, packed u64, CRC-32C of the packed ones, CRC-32C of
//                      these 28 bytes; then the packed bytes, a zstd frame
//
// The header stays as it is in every version to come, so that an old program can tell what is too new for it.
// Pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace nightstack::io {

inline constexpr std::size_t kChunkHeaderBytes = 32;  // of both headers
using HeaderBytes = std::array<std::byte, kChunkHeaderBytes>;
using ChunkKind = std::array<char, 4>;

// What a file is. `name` for people, as in "a live stack (.nst)".
struct ChunkFormat {
    std::array<char, 8> magic{};
    std::uint32_t version = 1;  // written, and the highest that is read
    std::string_view name;
};

struct FileHeader {
    std::uint32_t chunks = 0;
    std::uint64_t bytes = 0;  // of the whole file
};

struct ChunkHeader {
    ChunkKind kind{};
    std::uint32_t position = 0;  // from 0
    std::uint64_t unpacked = 0;
    std::uint64_t packed = 0;
    std::uint32_t crc = 0;  // of the packed bytes
};

HeaderBytes encoded(const FileHeader& header, const ChunkFormat& format);
HeaderBytes encoded(const ChunkHeader& header);
// Throw FormatError (foreign, newer) and DamagedError, the text without a file's name.
FileHeader decoded_file_header(std::span<const std::byte> bytes, const ChunkFormat& format);
ChunkHeader decoded_chunk_header(std::span<const std::byte> bytes);

std::string words(const ChunkKind& kind);  // printable

}  // namespace nightstack::io
