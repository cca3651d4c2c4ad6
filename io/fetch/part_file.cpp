// SPDX-License-Identifier: MIT
#include "io/fetch/part_file.h"

#include <fcntl.h>
#include <stdio.h>  // renameat2
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "io/files/io_failure.h"
#include "io/files/sha256.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

// A file of two names would be written under both.
bool plain_and_single(int fd) {
    struct stat s {};
    return ::fstat(fd, &s) == 0 && S_ISREG(s.st_mode) && s.st_nlink == 1;
}

Descriptor open_part(int folder, const std::string& temporary) {
    constexpr int kFlags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    Descriptor old(::openat(folder, temporary.c_str(), kFlags));
    if (old && plain_and_single(old.get())) return old;
    if (::unlinkat(folder, temporary.c_str(), 0) != 0 && errno != ENOENT) throw_io("cannot replace", temporary, errno);
    Descriptor made(::openat(folder, temporary.c_str(), kFlags | O_CREAT | O_EXCL, 0644));
    if (!made) throw_io("cannot write", temporary, errno);
    return made;
}

// Never over a file that is there. Some file systems know no such renaming, but know links.
int rename_new(int folder, const std::string& from, const std::string& to) {
    if (::renameat2(folder, from.c_str(), folder, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
    if (errno != EINVAL) return errno;
    if (::linkat(folder, from.c_str(), folder, to.c_str(), 0) != 0) return errno;
    ::unlinkat(folder, from.c_str(), 0);
    return 0;
}

void sync_folder(int folder, const std::string& name) {
    if (::fsync(folder) != 0 && errno != EINVAL) throw_io("cannot sync the folder of", name, errno);
}

}  // namespace

std::string part_name(const std::string& name) { return "." + name + ".nightstack.part"; }

PartFile::PartFile(int folder, const std::string& name)
    : folder_(folder), name_(name), temporary_(part_name(name)), file_(open_part(folder, temporary_)) {
    // Those who tidy up leave a locked file alone.
    ::flock(file_.get(), LOCK_EX | LOCK_NB);
    struct stat s {};
    if (::fstat(file_.get(), &s) != 0) throw_io("cannot look at", temporary_, errno);
    size_ = static_cast<std::uint64_t>(s.st_size);
}

void PartFile::append(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t n = ::pwrite(file_.get(), bytes.data(), bytes.size(), static_cast<off_t>(size_));
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) throw_io("cannot write", temporary_, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        size_ += static_cast<std::uint64_t>(n);
    }
}

void PartFile::cut_to(std::uint64_t bytes) {
    if (::ftruncate(file_.get(), static_cast<off_t>(bytes)) != 0) throw_io("cannot shorten", temporary_, errno);
    size_ = bytes;
}

void PartFile::remove() { ::unlinkat(folder_, temporary_.c_str(), 0); }

std::string PartFile::sha256(const std::stop_token& stop) const {
    return sha256_of_descriptor(file_.get(), name_, stop);
}

void PartFile::publish(Publish how) {
    if (::fdatasync(file_.get()) != 0) throw_io("cannot sync", temporary_, errno);
    int code = 0;
    if (how == Publish::only_new)
        code = rename_new(folder_, temporary_, name_);
    else if (::renameat(folder_, temporary_.c_str(), folder_, name_.c_str()) != 0)
        code = errno;
    if (code != 0) throw_io("cannot rename to", name_, code);
    sync_folder(folder_, name_);
}

std::string sha256_of_descriptor(int fd, const std::string& name, const std::stop_token& stop) {
    Sha256 sum;
    std::vector<std::byte> block(std::size_t{1} << 18);
    for (std::uint64_t at = 0;;) {
        if (stop.stop_requested()) throw Interrupted();
        const std::size_t n = read_local(fd, block.data(), block.size(), at, name);
        if (n == 0) return sum.hex();
        sum.add(std::span<const std::byte>(block).first(n));
        at += n;
    }
}

std::string set_aside(int folder, const std::string& name) {
    for (int i = 1; i < 10'000; ++i) {
        const std::string kept = name + ".kept-" + std::to_string(i);
        const int code = rename_new(folder, name, kept);
        if (code == 0) return kept;
        if (code != EEXIST) throw_io("cannot set aside", name, code);
    }
    throw IoError("cannot set aside " + printable(name) + ": 9999 are kept already");
}

}  // namespace nightstack::io
