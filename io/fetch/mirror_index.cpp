// SPDX-License-Identifier: MIT
#include "io/fetch/mirror_index.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr const char* kName = kMirrorRecordName;
constexpr const char* kNewName = ".nightstack-mirror.new";

[[noreturn]] void fail(const char* what, int code) {
    throw IoError(std::string(what) + " " + kName + ": " + std::strerror(code), code);
}

Descriptor open_and_lock(int folder) {
    Descriptor file(::openat(folder, kName, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644));
    if (!file) fail("cannot open", errno);
    struct stat s {};
    if (::fstat(file.get(), &s) != 0 || !S_ISREG(s.st_mode) || s.st_nlink > 1)
        throw IoError(std::string(kName) + " is no plain file");
    return file;
}

}  // namespace

MirrorIndex::MirrorIndex(const MirrorFolder& folder, std::size_t most_read) : folder_(folder) {
    // The folder is locked, not the file: that is replaced.
    if (::flock(folder.descriptor(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        throw IoError("another nightstack fetches into " + printable(folder.path().string()) + " just now");
    file_ = open_and_lock(folder.descriptor());
    struct stat s {};
    if (::fstat(file_.get(), &s) != 0) fail("cannot look at", errno);
    was_missing_ = s.st_size == 0;
    std::string text(static_cast<std::uint64_t>(s.st_size) > kMostMirrorText ? 0 : static_cast<std::size_t>(s.st_size),
                     '\0');
    text.resize(read_local(file_.get(), text.data(), text.size(), 0, kName));
    records_ = read_mirror_text(text, most_read);
    write_anew();
}

void MirrorIndex::write_anew() {
    const int folder = folder_.descriptor();
    ::unlinkat(folder, kNewName, 0);
    Descriptor made(::openat(folder, kNewName, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
    if (!made) fail("cannot write", errno);
    file_ = std::move(made);
    std::string text = mirror_text_head();
    for (const auto& [path, record] : records_) {
        if (record.sha256.empty() && !record.part) continue;  // says nothing any more
        text += mirror_text_line(path, record);
        if (text.size() > (1U << 20)) {
            append(text);
            text.clear();
        }
    }
    append(text);
    if (::fdatasync(file_.get()) != 0 || ::renameat(folder, kNewName, folder, kName) != 0) fail("cannot write", errno);
}

void MirrorIndex::append(const std::string& text) {
    const off_t end = ::lseek(file_.get(), 0, SEEK_END);
    write_local(file_.get(), std::as_bytes(std::span(text)), static_cast<std::uint64_t>(end), kName);
}

const MirrorRecord* MirrorIndex::find(const std::string& local) const {
    const auto found = records_.find(local);
    return found == records_.end() ? nullptr : &found->second;
}

void MirrorIndex::put(const std::string& local, const MirrorRecord& record) {
    append(mirror_text_line(local, record));
    records_[local] = record;
}

}  // namespace nightstack::io
