// SPDX-License-Identifier: MIT
#include "io/chunks/chunk_header.h"

#include <algorithm>
#include <cassert>
#include <cstring>

#include "io/chunks/byte_order.h"
#include "io/files/crc32c.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kSummed = kChunkHeaderBytes - sizeof(std::uint32_t);

HeaderBytes with_crc(ByteWriter& writer) {
    writer.put(crc32c(writer.bytes()));
    assert(writer.bytes().size() == kChunkHeaderBytes);
    HeaderBytes out;
    std::copy(writer.bytes().begin(), writer.bytes().end(), out.begin());
    return out;
}

bool crc_agrees(std::span<const std::byte> bytes) {
    ByteReader tail(bytes.subspan(kSummed));
    return tail.next<std::uint32_t>() == crc32c(bytes.first(kSummed));
}

template <std::size_t N>
std::array<char, N> next_text(ByteReader& reader) {
    std::array<char, N> text;
    for (char& c : text) c = reader.next<char>();
    return text;
}

}  // namespace

HeaderBytes encoded(const FileHeader& header, const ChunkFormat& format) {
    ByteWriter writer;
    for (const char c : format.magic) writer.put(c);
    writer.put(format.version);
    writer.put(header.chunks);
    writer.put(header.bytes);
    writer.put(std::uint32_t{0});
    return with_crc(writer);
}

HeaderBytes encoded(const ChunkHeader& header) {
    ByteWriter writer;
    for (const char c : header.kind) writer.put(c);
    writer.put(header.position);
    writer.put(header.unpacked);
    writer.put(header.packed);
    writer.put(header.crc);
    return with_crc(writer);
}

FileHeader decoded_file_header(std::span<const std::byte> bytes, const ChunkFormat& format) {
    const std::string name(format.name);
    if (bytes.size() < format.magic.size() || std::memcmp(bytes.data(), format.magic.data(), format.magic.size()) != 0)
        throw FormatError("is not " + name);
    if (bytes.size() < kChunkHeaderBytes) throw DamagedError("ends within its header");
    if (!crc_agrees(bytes.first(kChunkHeaderBytes))) throw DamagedError("its header is damaged");
    ByteReader reader(bytes.subspan(format.magic.size()));
    const auto version = reader.next<std::uint32_t>();
    if (version > format.version)
        throw FormatError("is " + name + " of version " + std::to_string(version) +
                          ", written by a newer nightstack; this one reads up to version " +
                          std::to_string(format.version));
    if (version == 0) throw FormatError("is " + name + " of version 0, which does not exist");
    FileHeader header;
    header.chunks = reader.next<std::uint32_t>();
    header.bytes = reader.next<std::uint64_t>();
    return header;
}

ChunkHeader decoded_chunk_header(std::span<const std::byte> bytes) {
    if (bytes.size() < kChunkHeaderBytes || !crc_agrees(bytes.first(kChunkHeaderBytes)))
        throw DamagedError("its header is damaged");
    ByteReader reader(bytes);
    ChunkHeader header;
    header.kind = next_text<4>(reader);
    header.position = reader.next<std::uint32_t>();
    header.unpacked = reader.next<std::uint64_t>();
    header.packed = reader.next<std::uint64_t>();
    header.crc = reader.next<std::uint32_t>();
    return header;
}

std::string words(const ChunkKind& kind) { return printable(std::string(kind.begin(), kind.end())); }

}  // namespace nightstack::io
