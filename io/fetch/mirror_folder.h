// SPDX-License-Identifier: MIT
// The local folder that a card is mirrored into, entered by descriptors only: a link that somebody has put in the way
// is never followed, so that nothing outside of it can be touched. One thread's.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

class MirrorFolder {
public:
    // Makes it where it is missing; links in the path that the user gave are his. Throws IoError.
    explicit MirrorFolder(const std::filesystem::path& path);
    // Makes nothing; nothing when there is no such folder.
    static std::optional<MirrorFolder> if_there(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return path_; }
    int descriptor() const { return root_.get(); }

    // A folder below, one part after the other, made where missing. Throws IoError: a part is a link or no folder.
    Descriptor enter(const std::vector<std::string>& folders) const;
    // The same; nothing where there is none.
    Descriptor find(const std::vector<std::string>& folders) const;
    std::uint64_t free_bytes() const;

private:
    MirrorFolder(std::filesystem::path path, Descriptor root) : path_(std::move(path)), root_(std::move(root)) {}
    Descriptor walk(const std::vector<std::string>& folders, bool make) const;
    std::filesystem::path path_;
    Descriptor root_;
};

// Of a name in an open folder, itself, not what it points at.
std::optional<LocalFile> local_file(int folder, const std::string& name);
// Opens a regular file that is no link, for reading; not open when there is none.
Descriptor open_local(int folder, const std::string& name);
// Fills `out` from there, or fewer bytes at the end of the file. Throws IoError.
std::size_t read_local(int fd, void* out, std::size_t count, std::uint64_t from, const std::string& name);

}  // namespace nightstack::io
