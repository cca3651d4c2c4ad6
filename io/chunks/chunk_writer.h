// SPDX-License-Identifier: MIT
// Writes a file of chunks: beside its name, synced, then renamed. Killed at any moment, the name stands for the file
// of before or for the new one, whole. One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>

#include "io/chunks/packed_chunk.h"
#include "io/files/output_file.h"

namespace nightstack::io {

class ChunkWriter {
public:
    // `format.name` is borrowed. Throws as OutputFile.
    ChunkWriter(const std::filesystem::path& path, const ChunkFormat& format, Overwrite overwrite);
    void add(PackedChunk chunk);
    // Throws Interrupted before the file has its name; IoError.
    void publish(const std::stop_token& stop = {});

private:
    OutputFile file_;
    ChunkFormat format_;
    FileHeader header_;
};

}  // namespace nightstack::io
