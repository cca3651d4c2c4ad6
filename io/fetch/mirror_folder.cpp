// SPDX-License-Identifier: MIT
#include "io/fetch/mirror_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "io/files/io_failure.h"
#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

[[noreturn]] void fail_to_enter(const std::string& where, int code) {
    if (code == ELOOP || code == ENOTDIR)
        throw IoError(printable(where) + " is a link or no folder; nothing is written through it");
    throw_io("cannot enter", where, code);
}

}  // namespace

MirrorFolder::MirrorFolder(const std::filesystem::path& path) : path_(path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    root_ = Descriptor(::open(path.c_str(), kFolder));
    if (!root_) throw_io("cannot use folder", path.string(), error ? error.value() : errno);
}

std::optional<MirrorFolder> MirrorFolder::if_there(const std::filesystem::path& path) {
    Descriptor root(::open(path.c_str(), kFolder));
    if (!root && errno == ENOENT) return std::nullopt;
    if (!root) throw_io("cannot use folder", path.string(), errno);
    return MirrorFolder(path, std::move(root));
}

Descriptor MirrorFolder::walk(const std::vector<std::string>& folders, bool make) const {
    Descriptor here(::openat(root_.get(), ".", kFolder));
    std::string where = path_.string();
    if (!here) throw_io("cannot enter", where, errno);
    for (const std::string& part : folders) {
        where += "/" + part;
        if (make && ::mkdirat(here.get(), part.c_str(), 0755) != 0 && errno != EEXIST)
            throw_io("cannot make folder", where, errno);
        Descriptor next(::openat(here.get(), part.c_str(), kFolder | O_NOFOLLOW));
        if (!next && errno == ENOENT && !make) return Descriptor();
        if (!next) fail_to_enter(where, errno);
        here = std::move(next);
    }
    return here;
}

Descriptor MirrorFolder::enter(const std::vector<std::string>& folders) const { return walk(folders, true); }
Descriptor MirrorFolder::find(const std::vector<std::string>& folders) const { return walk(folders, false); }

std::uint64_t MirrorFolder::free_bytes() const {
    struct statvfs space {};
    if (::fstatvfs(root_.get(), &space) != 0) throw_io("cannot ask for free space of", path_.string(), errno);
    return std::uint64_t{space.f_bavail} * space.f_frsize;
}

}  // namespace nightstack::io
