// SPDX-License-Identifier: MIT
#include "io/chunks/chunk_writer.h"

namespace nightstack::io {

ChunkWriter::ChunkWriter(const std::filesystem::path& path, const ChunkFormat& format, Overwrite overwrite)
    : file_(path, overwrite), format_(format) {
    file_.append(HeaderBytes{});  // what it promises is known at the end
    header_.bytes = kChunkHeaderBytes;
}

void ChunkWriter::add(PackedChunk chunk) {
    chunk.header.position = header_.chunks++;
    file_.append(encoded(chunk.header));
    file_.append(chunk.bytes);
    header_.bytes += kChunkHeaderBytes + chunk.bytes.size();
}

void ChunkWriter::publish(const std::stop_token& stop) {
    file_.write_at(encoded(header_, format_), 0);
    file_.sync(stop);
    file_.publish();
}

}  // namespace nightstack::io
