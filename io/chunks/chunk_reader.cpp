// SPDX-License-Identifier: MIT
#include "io/chunks/chunk_reader.h"

#include <algorithm>
#include <array>

#include "pipeline/core/error.h"

namespace nightstack::io {

ChunkReader::ChunkReader(const std::filesystem::path& path, const ChunkFormat& format) : file_(path), format_(format) {
    HeaderBytes bytes;
    const std::span<std::byte> there =
        std::span(bytes).first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), file_.size())));
    file_.read_at(there, 0);
    try {
        header_ = decoded_file_header(there, format_);
    } catch (const DamagedError& e) {
        throw DamagedError(where() + e.what());
    } catch (const FormatError& e) {
        throw FormatError(where() + e.what());
    }
    if (header_.bytes > file_.size())
        throw DamagedError(where() + "ends after " + std::to_string(file_.size()) + " of " +
                           std::to_string(header_.bytes) + " bytes");
    if (header_.bytes < file_.size()) throw DamagedError(where() + "goes on behind its end");
}

std::string ChunkReader::where() const { return printable(file_.path().string()) + ": "; }

std::string ChunkReader::place(std::uint32_t position) const {
    return where() + "part " + std::to_string(position + 1) + " of " + std::to_string(header_.chunks) + ": ";
}

PackedChunk ChunkReader::read(const ChunkKind& kind, std::uint64_t most_unpacked) {
    if (position_ >= header_.chunks) throw FormatError("is missing");
    const std::uint64_t left = header_.bytes - at_;
    if (left < kChunkHeaderBytes) throw DamagedError("is missing");
    HeaderBytes bytes;
    file_.read_at(bytes, at_);
    PackedChunk chunk;
    chunk.header = decoded_chunk_header(bytes);
    const ChunkHeader& h = chunk.header;
    if (h.position != position_) throw DamagedError("stands in the wrong place");
    if (h.kind != kind) throw FormatError("is '" + words(h.kind) + "', expected is '" + words(kind) + "'");
    if (h.unpacked > most_unpacked)
        throw FormatError("has " + std::to_string(h.unpacked) + " bytes, at most " + std::to_string(most_unpacked) +
                          " can be");
    if (h.packed > left - kChunkHeaderBytes || h.packed > most_packed(h.unpacked))
        throw DamagedError("has an impossible length");
    chunk.bytes.resize(static_cast<std::size_t>(h.packed));
    file_.read_at(chunk.bytes, at_ + kChunkHeaderBytes);
    return chunk;
}

PackedChunk ChunkReader::next(const ChunkKind& kind, std::uint64_t most_unpacked) {
    try {
        PackedChunk chunk = read(kind, most_unpacked);
        at_ += kChunkHeaderBytes + chunk.bytes.size();
        ++position_;
        return chunk;
    } catch (const DamagedError& e) {
        throw DamagedError(place(position_) + e.what());
    } catch (const FormatError& e) {
        throw FormatError(place(position_) + e.what());
    }
}

std::vector<std::byte> ChunkReader::next_bytes(const ChunkKind& kind, std::uint64_t most_unpacked) {
    const PackedChunk chunk = next(kind, most_unpacked);
    try {
        return unpacked(chunk);
    } catch (const DamagedError& e) {
        throw DamagedError(place(chunk.header.position) + e.what());
    }
}

void ChunkReader::expect_end() const {
    if (position_ != header_.chunks || at_ != header_.bytes)
        throw FormatError(where() + "goes on behind its last part");
}

}  // namespace nightstack::io
