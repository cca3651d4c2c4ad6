// SPDX-License-Identifier: MIT
#include "io/files/local_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "io/files/io_failure.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) ::close(fd_);
        fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
}

std::optional<LocalFile> local_file(int folder, const std::string& name) {
    struct stat s {};
    if (::fstatat(folder, name.c_str(), &s, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return std::nullopt;
        throw_io("cannot look at", name, errno);
    }
    return LocalFile{static_cast<std::uint64_t>(s.st_size),
                     std::int64_t{s.st_mtim.tv_sec} * 1'000'000'000 + s.st_mtim.tv_nsec, S_ISREG(s.st_mode)};
}

Descriptor open_local(int folder, const std::string& name) {
    Descriptor file(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    struct stat s {};
    if (!file || ::fstat(file.get(), &s) != 0 || !S_ISREG(s.st_mode)) return Descriptor();
    return file;
}

std::size_t read_local(int fd, void* out, std::size_t count, std::uint64_t from, const std::string& name) {
    std::size_t done = 0;
    while (done < count) {
        const ssize_t n = ::pread(fd, static_cast<char*>(out) + done, count - done, static_cast<off_t>(from + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw_io("cannot read", name, errno);
        if (n == 0) break;
        done += static_cast<std::size_t>(n);
    }
    return done;
}

void write_local(int fd, std::span<const std::byte> bytes, std::uint64_t from, const std::string& name) {
    for (std::size_t done = 0; done < bytes.size();) {
        const ssize_t n = ::pwrite(fd, bytes.data() + done, bytes.size() - done, static_cast<off_t>(from + done));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw_io("cannot write", name, errno);
        done += static_cast<std::size_t>(n);
    }
}

}  // namespace nightstack::io
