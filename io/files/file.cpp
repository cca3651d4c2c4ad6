// SPDX-License-Identifier: MIT
#include "io/files/file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

std::string problem(const char* what, const std::filesystem::path& path, int code) {
    return std::string(what) + " " + printable(path.string()) + ": " + std::strerror(code);
}

}  // namespace

File::File(const std::filesystem::path& path) : path_(path) {
    fd_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd_ < 0) throw IoError(problem("cannot open", path, errno), errno);
    struct stat info {};
    if (::fstat(fd_, &info) != 0 || !S_ISREG(info.st_mode)) {
        ::close(fd_);
        throw IoError("cannot read " + printable(path.string()) + ": not a regular file");
    }
    identity_ = {static_cast<std::uint64_t>(info.st_size),
                 std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec, info.st_ino};
}

File::~File() {
    if (fd_ >= 0) ::close(fd_);
}

File::File(File&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), identity_(other.identity_) {}

bool File::keeps_inode() const {
    struct statfs system {};
    if (::fstatfs(fd_, &system) != 0) return false;
    switch (static_cast<std::uint32_t>(system.f_type)) {
        case MSDOS_SUPER_MAGIC:
        case EXFAT_SUPER_MAGIC:
        case SMB_SUPER_MAGIC:
        case SMB2_SUPER_MAGIC:
        case CIFS_SUPER_MAGIC:
        case FUSE_SUPER_MAGIC: return false;
        default: return true;
    }
}

void File::read_at(std::span<std::byte> out, std::uint64_t offset) const {
    while (!out.empty()) {
        const ssize_t n = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw IoError(problem("cannot read", path_, errno), errno);
        if (n == 0) {
            throw FormatError(printable(path_.string()) + ": file ends at byte " + std::to_string(offset) + ", " +
                              std::to_string(out.size()) + " more expected");
        }
        out = out.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
}

std::string read_text_file(const std::filesystem::path& path, std::uint64_t limit) {
    const File file(path);
    if (file.size() > limit) {
        throw FormatError(printable(path.string()) + ": " + std::to_string(file.size()) + " bytes, at most " +
                          std::to_string(limit) + " expected");
    }
    std::string text(file.size(), '\0');
    file.read_at(std::as_writable_bytes(std::span(text)), 0);
    return text;
}

}  // namespace nightstack::io
