// SPDX-License-Identifier: MIT
// Files reached from an open folder, by descriptors: a link that somebody has put in the way is never followed. Any
// thread; a descriptor is one thread's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>

namespace nightstack::io {

// An open descriptor that is closed.
class Descriptor {
public:
    explicit Descriptor(int fd = -1) : fd_(fd) {}
    ~Descriptor();
    Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    int get() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_;
};

struct LocalFile {
    std::uint64_t bytes = 0;
    std::int64_t changed_ns = 0;
    bool regular = false;
};

// Of a name in an open folder, itself, not what it points at.
std::optional<LocalFile> local_file(int folder, const std::string& name);
// Opens a regular file that is no link, for reading; not open when there is none.
Descriptor open_local(int folder, const std::string& name);
// Fills `out` from there, or fewer bytes at the end of the file. Throws IoError.
std::size_t read_local(int fd, void* out, std::size_t count, std::uint64_t from, const std::string& name);
// All of it, from there on. Throws IoError; a part may be written then.
void write_local(int fd, std::span<const std::byte> bytes, std::uint64_t from, const std::string& name);

}  // namespace nightstack::io
