// SPDX-License-Identifier: MIT
#include "io/served/served_folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

std::vector<std::string_view> parts_of(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(path.size(), part.size() + 1));
        if (!part.empty() && part != ".") parts.push_back(part);
    }
    return parts;
}

bool leads_inside(std::string_view path, const std::vector<std::string_view>& parts) {
    return path.size() <= ServedFolder::kLongestPath && path.find('\0') == std::string_view::npos &&
           parts.size() <= ServedFolder::kMostParts && std::ranges::find(parts, "..") == parts.end();
}

std::optional<ServedEntry> entry_of(const struct stat& info, std::string name) {
    if (!S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) return std::nullopt;
    ServedEntry entry;
    entry.name = std::move(name);
    entry.folder = S_ISDIR(info.st_mode);
    entry.bytes = entry.folder ? 0 : static_cast<std::uint64_t>(info.st_size);
    entry.modified_s = info.st_mtime;
    return entry;
}

std::string last_part(std::string_view path) {
    const auto parts = parts_of(path);
    return parts.empty() ? std::string() : std::string(parts.back());
}

std::vector<ServedEntry> entries_of(DIR* folder) {
    std::vector<ServedEntry> out;
    while (const dirent* item = ::readdir(folder)) {
        const std::string name = item->d_name;
        struct stat info {};
        if (name == "." || name == ".." || out.size() >= ServedFolder::kMostEntries) continue;
        if (::fstatat(::dirfd(folder), item->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (auto entry = entry_of(info, name)) out.push_back(std::move(*entry));
    }
    std::ranges::sort(out, [](const ServedEntry& a, const ServedEntry& b) {
        return a.folder != b.folder ? a.folder : a.name < b.name;
    });
    return out;
}

}  // namespace

ServedFile::~ServedFile() {
    if (fd_ >= 0) ::close(fd_);
}

ServedFile::ServedFile(ServedFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), entry_(std::move(other.entry_)) {}

ServedEntry ServedFile::now() const {
    struct stat info {};
    if (::fstat(fd_, &info) != 0) return entry_;
    return entry_of(info, entry_.name).value_or(entry_);
}

std::size_t ServedFile::read(std::uint64_t offset, std::span<char> into) const {
    if (offset > static_cast<std::uint64_t>(INT64_MAX) - into.size()) return 0;
    std::size_t done = 0;
    while (done < into.size()) {
        const ssize_t n = ::pread(fd_, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += static_cast<std::size_t>(n);
    }
    return done;
}

ServedFolder::ServedFolder(const std::filesystem::path& root, std::function<bool()> visible)
    : root_(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)), visible_(std::move(visible)) {
    if (root_ >= 0) return;
    const int error = errno;
    throw IoError("cannot serve the folder " + printable(root.string()) + ": " + std::system_category().message(error),
                  error);
}

ServedFolder::~ServedFolder() { ::close(root_); }

// Part by part, and no part may be a link: so no name leads out, whatever changes in the folder meanwhile. Gives a
// descriptor or -1.
int ServedFolder::walk(std::string_view path, int last_flags) const {
    const auto parts = parts_of(path);
    if (!leads_inside(path, parts)) return -1;
    if (!parts.empty() && visible_ && !visible_()) return -1;
    int at = ::openat(root_, ".", (parts.empty() ? last_flags : O_PATH | O_DIRECTORY) | O_CLOEXEC);
    for (std::size_t i = 0; i < parts.size() && at >= 0; ++i) {
        const int flags = i + 1 == parts.size() ? last_flags : O_PATH | O_DIRECTORY;
        const int next = ::openat(at, std::string(parts[i]).c_str(), flags | O_NOFOLLOW | O_CLOEXEC);
        ::close(at);
        at = next;
    }
    return at;
}

std::optional<ServedEntry> ServedFolder::stat(std::string_view path) const {
    const int fd = walk(path, O_PATH);
    if (fd < 0) return std::nullopt;
    struct stat info {};
    const bool good = ::fstat(fd, &info) == 0;
    ::close(fd);
    auto entry = good ? entry_of(info, last_part(path)) : std::nullopt;
    if (entry && !entry->folder && path.ends_with('/')) return std::nullopt;
    return entry;
}

std::optional<std::vector<ServedEntry>> ServedFolder::list(std::string_view path) const {
    const int fd = walk(path, O_RDONLY | O_DIRECTORY);
    if (fd < 0) return std::nullopt;
    if (visible_ && !visible_()) {
        ::close(fd);
        return std::vector<ServedEntry>();
    }
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::fdopendir(fd), &::closedir);
    if (folder) return entries_of(folder.get());
    ::close(fd);
    return std::nullopt;
}

// Without waiting: a pipe would make us wait for its writer.
std::optional<ServedFile> ServedFolder::open(std::string_view path) const {
    const int fd = path.ends_with('/') ? -1 : walk(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) return std::nullopt;
    struct stat info {};
    auto entry = ::fstat(fd, &info) == 0 ? entry_of(info, last_part(path)) : std::nullopt;
    if (entry && !entry->folder) return ServedFile(fd, std::move(*entry));
    ::close(fd);
    return std::nullopt;
}

std::string walked_path(std::string_view from, std::string_view path) {
    std::vector<std::string_view> kept;
    const auto add = [&](std::string_view text) {
        for (const std::string_view part : parts_of(text)) {
            if (part != "..")
                kept.push_back(part);
            else if (!kept.empty())
                kept.pop_back();
        }
    };
    if (!path.starts_with('/')) add(from);
    add(path);
    std::string out;
    for (const std::string_view part : kept) (out += '/') += part;
    return out.empty() ? "/" : out;
}

}  // namespace nightstack::io
