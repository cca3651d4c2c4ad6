// SPDX-License-Identifier: MIT
// Loaded before a program (LD_PRELOAD), it writes down what that does to files below a folder, in order and with all
// bytes: opens, writes, cuts, syncs, renames. From this record disk_model.h builds the disk as a power loss at any
// moment may have left it. Lines on standard output stand in the record too: what the program has told by then must be
// true.
//
// NIGHTSTACK_RECORD_BELOW  the folder, absolute
// NIGHTSTACK_RECORD_TO     the record, a file that does not lie below it; another program's may go on in it
// NIGHTSTACK_FAIL_SYNC     the how-manieth fdatasync fails, as on a disk that is going bad; what it should have written
//                          never reaches the disk, and the next one, as Linux has it, knows nothing of that
// NIGHTSTACK_DIE_AFTER     after so many of these calls the program is killed
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <string>

namespace {

template <class F>
F real(const char* name) {
    return reinterpret_cast<F>(::dlsym(RTLD_NEXT, name));
}

std::mutex& order() {
    static std::mutex* const mutex = new std::mutex;  // outlives what the program does at its end
    return *mutex;
}

const std::string& below() {
    static const auto* const folder = new std::string([] {
        const char* f = ::getenv("NIGHTSTACK_RECORD_BELOW");
        return f == nullptr ? std::string() : std::string(f);
    }());
    return *folder;
}

void put(const void* bytes, std::size_t n) {
    static const auto write_it = real<ssize_t (*)(int, const void*, std::size_t)>("write");
    static const int fd = ::open(::getenv("NIGHTSTACK_RECORD_TO"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (write_it(fd, bytes, n) != static_cast<ssize_t>(n)) ::abort();
}

// kind, offset, then name, second name and data, each after its length.
void record(char kind, std::uint64_t offset, const std::string& name, const std::string& second, const void* data,
            std::uint64_t bytes) {
    std::string all(1, kind);
    const auto number = [&](std::uint64_t v) { all.append(reinterpret_cast<const char*>(&v), sizeof v); };
    number(offset);
    number(name.size());
    all += name;
    number(second.size());
    all += second;
    number(bytes);
    all.append(static_cast<const char*>(data), bytes);
    put(all.data(), all.size());
    static const char* const last = ::getenv("NIGHTSTACK_DIE_AFTER");
    static long calls = 0;
    if (last != nullptr && ++calls == ::atol(last)) ::kill(::getpid(), SIGKILL);
}

// Below the folder, relative to it; "" elsewhere.
std::string inside(const std::string& path) {
    if (below().empty() || path.compare(0, below().size(), below()) != 0) return "";
    if (path.size() == below().size()) return ".";
    return path[below().size()] == '/' ? path.substr(below().size() + 1) : "";
}

std::string name_of(int fd) {
    char link[64], target[PATH_MAX];
    ::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t n = ::readlink(link, target, sizeof target);
    return n <= 0 ? "" : inside(std::string(target, static_cast<std::size_t>(n)));
}

std::string absolute(int folder, const char* path) {
    if (path[0] == '/') return inside(path);
    char at[PATH_MAX];
    if (folder == AT_FDCWD) return ::getcwd(at, sizeof at) == nullptr ? "" : inside(std::string(at) + "/" + path);
    const std::string base = name_of(folder);
    return base.empty() ? "" : (base == "." ? path : base + "/" + path);
}

// Files are known by their number, whatever they are called.
std::uint64_t inode(int fd) {
    struct stat s {};
    return ::fstat(fd, &s) == 0 ? s.st_ino : 0;
}

int opened(int fd, int flags, const std::string& name, bool was_there) {
    if (fd < 0 || name.empty()) return fd;
    if (was_there && (flags & O_ACCMODE) != O_RDONLY) record('e', inode(fd), name, "", "", 0);
    if ((flags & O_CREAT) != 0 && !was_there) record('c', inode(fd), name, "", "", 0);
    if ((flags & O_TRUNC) != 0 && was_there) record('t', inode(fd), "", "", "\0\0\0\0\0\0\0\0", 8);
    return fd;
}

template <class Call>
int renamed(const std::string& from, const std::string& to, Call call) {
    const std::lock_guard lock(order());
    const int rc = call();
    if (rc == 0 && !from.empty()) record('r', 0, from, to, "", 0);
    return rc;
}

}  // namespace

extern "C" {

int openat(int folder, const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0U;
    va_end(rest);
    static const auto call = real<int (*)(int, const char*, int, ...)>("openat");
    const std::string name = absolute(folder, path);
    if (name.empty()) return call(folder, path, flags, mode);
    const std::lock_guard lock(order());
    struct stat s {};
    const bool was_there = ::fstatat(folder, path, &s, AT_SYMLINK_NOFOLLOW) == 0;
    return opened(call(folder, path, flags, mode), flags, name, was_there);
}
int open(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0U;
    va_end(rest);
    return openat(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    const auto mode = (flags & O_CREAT) != 0 ? va_arg(rest, mode_t) : 0U;
    va_end(rest);
    return openat(AT_FDCWD, path, flags, mode);
}

ssize_t pwrite(int fd, const void* data, std::size_t n, off_t offset) {
    static const auto call = real<ssize_t (*)(int, const void*, std::size_t, off_t)>("pwrite");
    const std::string name = name_of(fd);
    if (name.empty()) return call(fd, data, n, offset);
    const std::lock_guard lock(order());
    const ssize_t done = call(fd, data, n, offset);
    const std::uint64_t number = inode(fd);
    if (done > 0)
        record('w', static_cast<std::uint64_t>(offset), std::string(reinterpret_cast<const char*>(&number), 8), "",
               data, static_cast<std::uint64_t>(done));
    return done;
}
ssize_t pwrite64(int fd, const void* data, std::size_t n, off_t offset) { return pwrite(fd, data, n, offset); }

ssize_t write(int fd, const void* data, std::size_t n) {
    static const auto call = real<ssize_t (*)(int, const void*, std::size_t)>("write");
    if (fd == STDOUT_FILENO) {
        const std::lock_guard lock(order());
        record('o', 0, "", "", data, n);
        return call(fd, data, n);
    }
    const off_t at = ::lseek(fd, 0, (::fcntl(fd, F_GETFL) & O_APPEND) != 0 ? SEEK_END : SEEK_CUR);
    const std::string name = at < 0 ? "" : name_of(fd);
    if (name.empty()) return call(fd, data, n);
    const std::lock_guard lock(order());
    const ssize_t done = call(fd, data, n);
    const std::uint64_t number = inode(fd);
    if (done > 0)
        record('w', static_cast<std::uint64_t>(at), std::string(reinterpret_cast<const char*>(&number), 8), "", data,
               static_cast<std::uint64_t>(done));
    return done;
}

// Buffered words are told when the program thinks so, not later.
std::size_t fwrite(const void* data, std::size_t size, std::size_t n, std::FILE* stream) {
    static const auto call = real<std::size_t (*)(const void*, std::size_t, std::size_t, std::FILE*)>("fwrite");
    if (stream != stdout || below().empty()) return call(data, size, n, stream);
    const std::lock_guard lock(order());
    record('o', 0, "", "", data, size * n);
    return call(data, size, n, stream);
}

int ftruncate(int fd, off_t size) {
    static const auto call = real<int (*)(int, off_t)>("ftruncate");
    const std::string name = name_of(fd);
    const std::lock_guard lock(order());
    const int rc = call(fd, size);
    const auto bytes = static_cast<std::uint64_t>(size);
    if (rc == 0 && !name.empty()) record('t', inode(fd), "", "", &bytes, 8);
    return rc;
}
int ftruncate64(int fd, off_t size) { return ftruncate(fd, size); }

// Room kept free: zeros, as far as the file grows by it.
int fallocate(int fd, int mode, off_t offset, off_t bytes) {
    static const auto call = real<int (*)(int, int, off_t, off_t)>("fallocate");
    const std::string name = name_of(fd);
    const std::lock_guard lock(order());
    struct stat s {};
    const int rc = call(fd, mode, offset, bytes);
    const auto end = static_cast<std::uint64_t>(offset + bytes);
    const bool grown = rc == 0 && ::fstat(fd, &s) == 0 && static_cast<std::uint64_t>(s.st_size) == end;
    if (grown && !name.empty()) record('t', s.st_ino, "", "", &end, 8);
    return rc;
}
int fallocate64(int fd, int mode, off_t offset, off_t bytes) { return fallocate(fd, mode, offset, bytes); }

int fdatasync(int fd) {
    static const auto call = real<int (*)(int)>("fdatasync");
    static const char* const fail_at = ::getenv("NIGHTSTACK_FAIL_SYNC");
    static int calls = 0;
    const std::string name = name_of(fd);
    const std::lock_guard lock(order());  // what another thread writes meanwhile is not safe
    if (!name.empty() && fail_at != nullptr && ++calls == ::atoi(fail_at)) {
        record('x', inode(fd), name, "", "", 0);
        errno = EIO;
        return -1;
    }
    const int rc = call(fd);
    if (rc == 0 && !name.empty()) record('d', inode(fd), name, "", "", 0);
    return rc;
}
int fsync(int fd) {
    static const auto call = real<int (*)(int)>("fsync");
    const std::string name = name_of(fd);
    struct stat s {};
    const bool folder = ::fstat(fd, &s) == 0 && S_ISDIR(s.st_mode);
    const std::lock_guard lock(order());
    const int rc = call(fd);
    if (rc == 0 && !name.empty()) record(folder ? 'f' : 'd', inode(fd), name, "", "", 0);
    return rc;
}

int renameat2(int a, const char* from, int b, const char* to, unsigned flags) {
    static const auto call = real<int (*)(int, const char*, int, const char*, unsigned)>("renameat2");
    return renamed(absolute(a, from), absolute(b, to), [&] { return call(a, from, b, to, flags); });
}
int renameat(int a, const char* from, int b, const char* to) {
    static const auto call = real<int (*)(int, const char*, int, const char*)>("renameat");
    return renamed(absolute(a, from), absolute(b, to), [&] { return call(a, from, b, to); });
}
int rename(const char* from, const char* to) { return renameat(AT_FDCWD, from, AT_FDCWD, to); }

int unlinkat(int folder, const char* path, int flags) {
    static const auto call = real<int (*)(int, const char*, int)>("unlinkat");
    const std::string name = absolute(folder, path);
    const std::lock_guard lock(order());
    const int rc = call(folder, path, flags);
    if (rc == 0 && !name.empty()) record('u', 0, name, "", "", 0);
    return rc;
}
int unlink(const char* path) { return unlinkat(AT_FDCWD, path, 0); }

int mkdir(const char* path, mode_t mode) {
    static const auto call = real<int (*)(const char*, mode_t)>("mkdir");
    const std::string name = absolute(AT_FDCWD, path);
    const std::lock_guard lock(order());
    const int rc = call(path, mode);
    if (rc == 0 && !name.empty()) record('m', 0, name, "", "", 0);
    return rc;
}

}  // extern "C"
