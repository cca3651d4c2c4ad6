// SPDX-License-Identifier: MIT
// Reading a file at any position, completely or not at all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace nightstack::io {

// An open regular file, for reading. Folders, sockets and pipes are refused, so that no open blocks.
// `read_at` may be called from several threads at once.
class File {
public:
    // Throws IoError with the path and the system's words.
    explicit File(const std::filesystem::path& path);
    ~File();
    File(File&& other) noexcept;
    File& operator=(File&&) = delete;

    std::uint64_t size() const { return size_; }  // at the time of opening
    const std::filesystem::path& path() const { return path_; }
    // Fills `out` from `offset`. Throws IoError; FormatError when the file ends before.
    void read_at(std::span<std::byte> out, std::uint64_t offset) const;

private:
    std::filesystem::path path_;
    int fd_ = -1;
    std::uint64_t size_ = 0;
};

// The whole file, if it has at most `limit` bytes. Throws IoError, FormatError.
std::string read_text_file(const std::filesystem::path& path, std::uint64_t limit);

// A file name as it may be shown on a terminal: control bytes and invalid UTF-8 become \xNN.
std::string printable(const std::string& name);

}  // namespace nightstack::io
