// SPDX-License-Identifier: MIT
#include "io/files/scratch_store.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <string>

#include "io/files/file.h"
#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::uint64_t kPage = 4096;  // pieces begin at pages, so that each can be given back whole

[[noreturn]] void fail(const std::string& what, int code) { throw IoError(what + ": " + std::strerror(code), code); }

int open_nameless(const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    const int fd = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0) return fd;
    std::string name = (folder / ".scratch-XXXXXX").string();  // file systems that know no O_TMPFILE
    const int named = ::mkostemp(name.data(), O_CLOEXEC);
    if (named < 0) fail("cannot keep unpacked frames in " + printable(folder.string()), errno);
    ::unlink(name.c_str());
    return named;
}

// Both kinds are files to the kernel; only where their pages live differs.
struct Backing {
    int fd = -1;
    std::uint64_t end = 0;   // where the next piece begins; never reused, holes cost nothing
    std::uint64_t used = 0;  // bytes in living pieces

    ~Backing() {
        if (fd >= 0) ::close(fd);
    }

    std::uint64_t take(std::uint64_t size, const std::string& where) {
        const std::uint64_t begin = end;
        if (::fallocate(fd, 0, static_cast<off_t>(begin), static_cast<off_t>(size)) != 0) {
            if (errno != EOPNOTSUPP) fail("no room for an unpacked frame in " + where, errno);
            if (::ftruncate(fd, static_cast<off_t>(begin + size)) != 0)
                fail("no room for an unpacked frame in " + where, errno);
        }
        end = begin + size;
        used += size;
        return begin;
    }

    void give_back(std::uint64_t begin, std::uint64_t size) {
        ::fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, static_cast<off_t>(begin),
                    static_cast<off_t>(size));
        used -= size;
    }
};

std::uint64_t whole_pages(std::uint64_t bytes) { return (bytes + kPage - 1) / kPage * kPage; }

}  // namespace

struct ScratchStore::State {
    std::mutex mutex;
    std::uint64_t memory_bytes = 0;
    std::filesystem::path folder;
    ScratchMemory kind = ScratchMemory::unseen;
    Backing memory;
    Backing disk;

    const Backing& of(bool in_memory) const { return in_memory ? memory : disk; }
};

ScratchStore::ScratchStore(std::uint64_t memory_bytes, std::filesystem::path folder, ScratchMemory kind)
    : state_(std::make_shared<State>()) {
    state_->kind = kind;
    state_->memory_bytes = memory_bytes;
    state_->folder = std::move(folder);
}

std::shared_ptr<ScratchPiece> ScratchStore::reserve(std::uint64_t bytes) {
    State& s = *state_;
    const std::lock_guard lock(s.mutex);
    const std::uint64_t size = whole_pages(bytes);
    const bool in_memory = size <= s.memory_bytes && s.memory.used <= s.memory_bytes - size;
    if (in_memory && s.kind == ScratchMemory::mapped) {
        AlignedMemory own(bytes);
        s.memory.used += size;
        return std::shared_ptr<ScratchPiece>(new ScratchPiece(state_, std::move(own), bytes));
    }
    Backing& backing = in_memory ? s.memory : s.disk;
    if (backing.fd < 0) {
        backing.fd = in_memory ? ::memfd_create("nightstack-frames", MFD_CLOEXEC) : open_nameless(s.folder);
        if (backing.fd < 0) fail("no memory for unpacked frames", errno);
    }
    const std::uint64_t begin =
        size == 0 ? backing.end : backing.take(size, in_memory ? "memory" : printable(s.folder.string()));
    return std::shared_ptr<ScratchPiece>(new ScratchPiece(state_, in_memory, begin, bytes));
}

void ScratchStore::set_memory(std::uint64_t bytes) {
    const std::lock_guard lock(state_->mutex);
    state_->memory_bytes = bytes;
}

std::uint64_t ScratchStore::memory_used() const {
    const std::lock_guard lock(state_->mutex);
    return state_->memory.used;
}

std::uint64_t ScratchStore::disk_used() const {
    const std::lock_guard lock(state_->mutex);
    return state_->disk.used;
}

ScratchPiece::~ScratchPiece() {
    if (size_ == 0) return;
    const std::lock_guard lock(state_->mutex);
    Backing& backing = in_memory_ ? state_->memory : state_->disk;
    if (!mapped().empty()) {
        backing.used -= whole_pages(size_);
        return;
    }
    backing.give_back(begin_, whole_pages(size_));
}

void ScratchPiece::write_at(std::span<const std::byte> bytes, std::uint64_t offset) {
    assert(offset <= size_ && bytes.size() <= size_ - offset);
    if (const std::span<std::byte> own = mapped(); !own.empty()) {
        std::copy(bytes.begin(), bytes.end(), own.begin() + static_cast<std::ptrdiff_t>(offset));
        return;
    }
    const int fd = state_->of(in_memory_).fd;
    while (!bytes.empty()) {
        const ssize_t n = ::pwrite(fd, bytes.data(), bytes.size(), static_cast<off_t>(begin_ + offset));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) fail("cannot keep an unpacked frame", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
}

void ScratchPiece::read_at(std::span<std::byte> out, std::uint64_t offset) const {
    assert(offset <= size_ && out.size() <= size_ - offset);
    if (const std::span<const std::byte> own = mapped(); !own.empty()) {
        std::copy_n(own.begin() + static_cast<std::ptrdiff_t>(offset), out.size(), out.begin());
        return;
    }
    const int fd = state_->of(in_memory_).fd;
    while (!out.empty()) {
        const ssize_t n = ::pread(fd, out.data(), out.size(), static_cast<off_t>(begin_ + offset));
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) fail("cannot read an unpacked frame again", n < 0 ? errno : EIO);
        out = out.subspan(static_cast<std::size_t>(n));
        offset += static_cast<std::uint64_t>(n);
    }
}

}  // namespace nightstack::io
