// SPDX-License-Identifier: MIT
// Reads a file of chunks that anybody may have written: nothing is believed, and no more memory is taken than the
// limits allow. Every refusal is one sentence that names the file and what is wrong with it. One thread; what it hands
// out may be unpacked by others.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "io/chunks/packed_chunk.h"
#include "io/files/file.h"

namespace nightstack::io {

class ChunkReader {
public:
    // Reads the header. Throws IoError; FormatError: foreign, newer; DamagedError: not as long as it promises.
    // `format.name` is borrowed.
    ChunkReader(const std::filesystem::path& path, const ChunkFormat& format);

    std::uint32_t chunks() const { return header_.chunks; }
    std::uint64_t bytes() const { return header_.bytes; }

    // The next chunk, as it stands. Throws DamagedError; FormatError when it is no `kind` or would unpack to more than
    // `most_unpacked` bytes.
    PackedChunk next(const ChunkKind& kind, std::uint64_t most_unpacked);
    // The same, unpacked.
    std::vector<std::byte> next_bytes(const ChunkKind& kind, std::uint64_t most_unpacked);
    // Throws FormatError when there is more.
    void expect_end() const;

    // "X.nst: " and which part; for errors about its content.
    std::string place(std::uint32_t position) const;

private:
    PackedChunk read(const ChunkKind& kind, std::uint64_t most_unpacked);
    std::string where() const;
    File file_;
    ChunkFormat format_;
    FileHeader header_;
    std::uint64_t at_ = kChunkHeaderBytes;
    std::uint32_t position_ = 0;
};

}  // namespace nightstack::io
