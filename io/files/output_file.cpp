// SPDX-License-Identifier: MIT
#include "io/files/output_file.h"

#include <fcntl.h>
#include <stdio.h>  // renameat2
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <string>

#include "io/files/file.h"
#include "io/files/io_failure.h"
#include "io/files/leftovers.h"
#include "io/files/local_file.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

[[noreturn]] void refuse_existing(const std::filesystem::path& path) {
    throw OptionError(printable(path.string()) + " exists already; use --force to replace it");
}

std::filesystem::path temporary_name(const std::filesystem::path& path) {
    static std::atomic<int> serial{0};
    return path.parent_path() / temporary_file_name(path.filename().string(), ::getpid(), serial++);
}

// The lock tells remove_leftovers() that somebody is writing; the system drops it when we are killed. False when the
// file was taken for a leftover between its making and its locking. A file system without locks: nothing is removed.
bool keep_for_us(int fd) {
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;
    struct stat s {};
    return ::fstat(fd, &s) != 0 || s.st_nlink > 0;
}

// A new file of a name nobody has: another container may have had our process number before us.
int open_temporary(const std::filesystem::path& path, std::filesystem::path& temporary) {
    constexpr int kTries = 1000;
    for (int i = 0; i < kTries; ++i) {
        temporary = temporary_name(path);
        const int fd = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
        if (fd < 0 && errno != EEXIST) break;
        if (fd >= 0 && keep_for_us(fd)) return fd;
        if (fd >= 0) ::close(fd);
    }
    throw_io("cannot write", path, errno);
}

void sync_folder(const std::filesystem::path& folder) {
    const int fd = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) throw_io("cannot open folder", folder, errno);
    const int rc = ::fsync(fd);
    const int code = errno;
    ::close(fd);
    if (rc != 0 && code != EINVAL) throw_io("cannot sync folder", folder, code);  // EINVAL: file system without it
}

}  // namespace

void refuse_existing_output(const std::filesystem::path& path) {
    if (std::filesystem::exists(path)) refuse_existing(path);
}

OutputFile::OutputFile(const std::filesystem::path& path, Overwrite overwrite) : path_(path), overwrite_(overwrite) {
    if (overwrite == Overwrite::no) refuse_existing_output(path);
    fd_ = open_temporary(path_, temporary_);
}

OutputFile::~OutputFile() {
    if (fd_ < 0) return;
    ::unlink(temporary_.c_str());  // while it is locked: the name is still ours
    ::close(fd_);
}

void OutputFile::write_at(std::span<const std::byte> bytes, std::uint64_t offset) {
    write_local(fd_, bytes, offset, path_.string());
}

void OutputFile::append(std::span<const std::byte> bytes) {
    write_at(bytes, end_);
    end_ += bytes.size();
}

void OutputFile::read_at(std::span<std::byte> out, std::uint64_t offset) const {
    while (!out.empty()) {
        const ssize_t n = ::pread(fd_, out.data(), out.size(), static_cast<off_t>(offset));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw_io("cannot read back", path_, errno);
        if (n == 0) throw IoError("cannot read back " + printable(path_.string()) + ": file is shorter than written");
        out = out.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
}

void OutputFile::reserve(std::uint64_t bytes) {
    // posix_fallocate would write every block on file systems without support; there a sparse file
    // of the right length has to do and a full disk shows at write time.
    const int rc = ::fallocate(fd_, 0, 0, static_cast<off_t>(bytes));
    if (rc != 0 && (errno == ENOSPC || errno == EDQUOT || errno == EFBIG))
        throw_io("cannot reserve space for", path_, errno);
    if (rc != 0 && ::ftruncate(fd_, static_cast<off_t>(bytes)) != 0) throw_io("cannot reserve space for", path_, errno);
}

void OutputFile::begin_sync(std::uint64_t offset, std::uint64_t bytes) const {
    ::sync_file_range(fd_, static_cast<off_t>(offset), static_cast<off_t>(bytes), SYNC_FILE_RANGE_WRITE);
}

void OutputFile::sync(const std::stop_token& stop) {
    constexpr off_t kPiece = off_t{8} << 20;  // below a second on a slow card
    constexpr unsigned kWriteAndWait = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    const off_t size = ::lseek(fd_, 0, SEEK_END);
    for (off_t at = 0; at < size; at += kPiece) {
        if (stop.stop_requested()) throw Interrupted();
        if (::sync_file_range(fd_, at, kPiece, kWriteAndWait) == 0) continue;
        if (errno != EINVAL && errno != ESPIPE && errno != ENOSYS) throw_io("cannot sync", path_, errno);
        break;  // not every file system can
    }
    if (stop.stop_requested()) throw Interrupted();
    if (::fdatasync(fd_) != 0) throw_io("cannot sync", path_, errno);
}

void OutputFile::publish() {
    if (::fdatasync(fd_) != 0) throw_io("cannot sync", path_, errno);
    const unsigned flags = overwrite_ == Overwrite::no ? RENAME_NOREPLACE : 0U;
    int rc = ::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, path_.c_str(), flags);
    if (rc != 0 && errno == EINVAL) {  // a file system without RENAME_NOREPLACE: link() refuses to replace as well
        rc = ::link(temporary_.c_str(), path_.c_str());
        if (rc == 0) ::unlink(temporary_.c_str());
    }
    if (rc != 0 && errno == EEXIST) refuse_existing(path_);
    if (rc != 0) throw_io("cannot rename to", path_, errno);
    ::close(fd_);
    fd_ = -1;
    sync_folder(path_.parent_path());
}

}  // namespace nightstack::io
