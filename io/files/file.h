// SPDX-License-Identifier: MIT
// Reading a file at any position, completely or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "pipeline/core/printable.h"

namespace nightstack::io {

// What tells whether a name still stands for the same bytes.
struct FileIdentity {
    std::uint64_t size = 0;
    std::int64_t changed_ns = 0;  // time of the last write, since 1970
    std::uint64_t inode = 0;
};

// An open regular file, for reading. Folders, sockets and pipes are refused, so that no open blocks.
// `read_at` may be called from several threads at once.
class File {
public:
    // Throws IoError with the path and the system's words.
    explicit File(const std::filesystem::path& path);
    ~File();
    File(File&& other) noexcept;
    File& operator=(File&&) = delete;

    std::uint64_t size() const { return identity_.size; }       // at the time of opening
    const FileIdentity& identity() const { return identity_; }  // the same
    const std::filesystem::path& path() const { return path_; }
    // False where the file system may number the same file anew at the next opening: a camera's card
    // (FAT, exFAT), what is mounted over a network or by a program.
    bool keeps_inode() const;
    // Fills `out` from `offset`. Throws IoError; FormatError when the file ends before.
    void read_at(std::span<std::byte> out, std::uint64_t offset) const;

private:
    std::filesystem::path path_;
    int fd_ = -1;
    FileIdentity identity_;
};

// The whole file, if it has at most `limit` bytes. Throws IoError, FormatError.
std::string read_text_file(const std::filesystem::path& path, std::uint64_t limit);

using nightstack::printable;  // file names are foreign text

}  // namespace nightstack::io
