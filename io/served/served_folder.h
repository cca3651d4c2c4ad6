// SPDX-License-Identifier: MIT
// A folder as servers show it: read only, and nothing outside of it whatever a client writes as path. Regular files
// and folders exist, links and devices do not. Paths are the client's: '/' between parts, from the root.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace nightstack::io {

struct ServedEntry {
    std::string name;  // the last part of its path; "" for the root
    bool folder = false;
    std::uint64_t bytes = 0;
    std::int64_t modified_s = 0;  // Unix seconds
};

// A file that is open for reading. One thread at a time; it stays readable when its folder is hidden or it is deleted.
class ServedFile {
public:
    ServedFile(int fd, ServedEntry entry) : fd_(fd), entry_(std::move(entry)) {}
    ~ServedFile();
    ServedFile(ServedFile&& other) noexcept;
    ServedFile& operator=(ServedFile&&) = delete;

    const ServedEntry& entry() const { return entry_; }  // as it was when opened
    ServedEntry now() const;                             // as it is: a file that is being written grows
    // Bytes read; fewer than asked at the end of the file, 0 behind it or when the disk fails.
    std::size_t read(std::uint64_t offset, std::span<char> into) const;

private:
    int fd_ = -1;
    ServedEntry entry_;
};

// Any thread, also several at once.
class ServedFolder {
public:
    static constexpr std::size_t kMostEntries = 100'000;  // of one listing; what is beyond is not shown
    static constexpr std::size_t kLongestPath = 4096;
    static constexpr std::size_t kMostParts = 64;

    // `visible` is asked at every call, on the thread that calls; false: the root is an empty folder. Throws IoError
    // when `root` is no folder.
    explicit ServedFolder(const std::filesystem::path& root, std::function<bool()> visible = {});
    ~ServedFolder();
    ServedFolder(const ServedFolder&) = delete;
    ServedFolder& operator=(const ServedFolder&) = delete;

    // Nothing: there is no such thing, or the path is none that leads into the folder (a ".." in it, too long).
    std::optional<ServedEntry> stat(std::string_view path) const;
    std::optional<std::vector<ServedEntry>> list(std::string_view path) const;  // folders first, by name
    std::optional<ServedFile> open(std::string_view path) const;                // of a regular file

private:
    int walk(std::string_view path, int last_flags) const;
    int root_ = -1;
    std::function<bool()> visible_;
};

// Where `path` leads from the folder `from` (absolute): "/" and parts, without ".", ".." and empty ones; a ".." at the
// root stays there. What a client sees as its place, before it is looked up.
std::string walked_path(std::string_view from, std::string_view path);

}  // namespace nightstack::io
