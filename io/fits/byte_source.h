// SPDX-License-Identifier: MIT
// Bytes that can be read at any position: a file on disk, or memory for tests and fuzzers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>

namespace nightstack::io {

// Copies share the file, which may be closed and opened again between reads (handle_cache.h). `read_at` fills its span or throws (IoError, FormatError) and may be
// called from several threads at once.
struct ByteSource {
    std::string name;  // printable, for messages
    std::uint64_t size = 0;
    std::function<void(std::span<std::byte>, std::uint64_t offset)> read_at;
};

// Throws IoError.
ByteSource file_source(const std::filesystem::path& path);

// `bytes` must outlive the source.
ByteSource memory_source(std::span<const std::byte> bytes, std::string name);

}  // namespace nightstack::io
