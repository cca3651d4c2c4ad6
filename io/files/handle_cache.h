// SPDX-License-Identifier: MIT
// Files that are read again and again over a whole night, more of them than may be open at once.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "io/files/file.h"

namespace nightstack::io {

class ReopenableFile;

// Keeps at most `most` files open; beyond that the one not read for longest (as a clock with one
// hand tells it) is closed. Thread-safe; must outlive its files. A file being read while it is
// closed here stays open until that read is done, so threads may add one handle each.
class HandleCache {
public:
    explicit HandleCache(std::size_t most) : most_(most > 0 ? most : 1) {}
    HandleCache(const HandleCache&) = delete;
    HandleCache& operator=(const HandleCache&) = delete;

    // The one of this process; made at its first use with half of what RLIMIT_NOFILE allows then.
    static HandleCache& of_process();

    std::size_t most() const { return most_; }
    std::size_t open_now() const;

private:
    friend class ReopenableFile;
    void adopt(const ReopenableFile& file, std::shared_ptr<const File> handle);
    void forget(const ReopenableFile& file);
    void make_room();  // with mutex_ held: below `most_`
    void close_under_hand();
    const std::size_t most_;
    mutable std::mutex mutex_;  // before any file's mutex, never after
    std::vector<const ReopenableFile*> open_;
    std::size_t hand_ = 0;
};

// A regular file for reading whose handle may be closed between two reads. When it is opened again
// it must be the same: same size, time of change and inode (where the file system keeps inodes:
// FAT, exFAT and network mounts make up new ones). `read_at` may be called from several threads.
class ReopenableFile {
public:
    // Opens it. Throws IoError as File does.
    explicit ReopenableFile(const std::filesystem::path& path, HandleCache& cache = HandleCache::of_process());
    ~ReopenableFile();
    ReopenableFile(const ReopenableFile&) = delete;
    ReopenableFile& operator=(const ReopenableFile&) = delete;

    std::uint64_t size() const { return identity_.size; }  // when it was opened first
    const std::filesystem::path& path() const { return path_; }
    // Fills `out` from `offset`. Throws FormatError when the file ends before; IoError, also when
    // another file stands under the name now.
    void read_at(std::span<std::byte> out, std::uint64_t offset) const;

private:
    friend class HandleCache;
    std::shared_ptr<const File> handle() const;
    std::shared_ptr<const File> opened_again() const;

    const std::filesystem::path path_;
    HandleCache& cache_;
    FileIdentity identity_;
    mutable std::mutex mutex_;
    mutable std::shared_ptr<const File> handle_;  // guarded by mutex_; empty while closed
    mutable std::atomic<bool> read_lately_{true};
};

}  // namespace nightstack::io
