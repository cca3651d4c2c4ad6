// SPDX-License-Identifier: MIT
#include "io/files/handle_cache.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include "pipeline/core/error.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kEnough = 4096;  // more handles gain nothing and cost the kernel memory
constexpr int kTries = 200;            // of a millisecond each, for other threads to end their reads

bool out_of_handles(const IoError& e) { return e.code() == EMFILE || e.code() == ENFILE; }

std::string difference(const FileIdentity& before, const File& file) {
    const FileIdentity& now = file.identity();
    if (before.size != now.size)
        return std::to_string(now.size) + " bytes, " + std::to_string(before.size) + " when it was opened first";
    if (before.changed_ns != now.changed_ns) return "written to since it was opened first";
    if (before.inode != now.inode && file.keeps_inode())
        return "another file of the same name since it was opened first";
    return "";
}

std::size_t room_for_handles() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return kEnough;
    // The other half: results, masters, one handle for each thread that reads, and libraries.
    return std::clamp<std::size_t>(limit.rlim_cur / 2, 1, kEnough);
}

}  // namespace

HandleCache& HandleCache::of_process() {
    static HandleCache cache(room_for_handles());
    return cache;
}

std::size_t HandleCache::open_now() const {
    const std::lock_guard lock(mutex_);
    return open_.size();
}

// The hand passes over what was read since it came by last, but not a second time.
void HandleCache::close_under_hand() {
    for (std::size_t passed = 0; passed <= open_.size(); ++passed) {
        hand_ = hand_ < open_.size() ? hand_ : 0;
        if (!open_[hand_]->read_lately_.exchange(false, std::memory_order_relaxed)) break;
        ++hand_;
    }
    hand_ = hand_ < open_.size() ? hand_ : 0;
    const ReopenableFile& file = *open_[hand_];
    open_[hand_] = open_.back();
    open_.pop_back();
    const std::lock_guard lock(file.mutex_);
    file.handle_.reset();
}

void HandleCache::make_room() {
    while (open_.size() >= most_) close_under_hand();
}

void HandleCache::adopt(const ReopenableFile& file, std::shared_ptr<const File> handle) {
    const std::lock_guard lock(mutex_);
    if (std::find(open_.begin(), open_.end(), &file) != open_.end()) return;  // another thread was quicker
    make_room();
    open_.push_back(&file);
    file.read_lately_.store(true, std::memory_order_relaxed);
    const std::lock_guard file_lock(file.mutex_);
    file.handle_ = std::move(handle);
}

void HandleCache::forget(const ReopenableFile& file) {
    const std::lock_guard lock(mutex_);
    std::erase(open_, &file);
}

ReopenableFile::ReopenableFile(const std::filesystem::path& path, HandleCache& cache) : path_(path), cache_(cache) {
    auto first = opened_again();
    identity_ = first->identity();
    cache_.adopt(*this, std::move(first));
}

ReopenableFile::~ReopenableFile() { cache_.forget(*this); }

// Whatever limit the process has met, the cache gives way first.
std::shared_ptr<const File> ReopenableFile::opened_again() const {
    {
        const std::lock_guard lock(cache_.mutex_);
        cache_.make_room();
    }
    for (int tries = 0;; ++tries) {
        try {
            return std::make_shared<const File>(path_);
        } catch (const IoError& e) {
            if (!out_of_handles(e) || tries == kTries) throw;
        }
        {
            const std::lock_guard lock(cache_.mutex_);
            if (!cache_.open_.empty()) cache_.close_under_hand();
        }
        if (tries > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

std::shared_ptr<const File> ReopenableFile::handle() const {
    {
        const std::lock_guard lock(mutex_);
        if (handle_) return handle_;
    }
    auto again = opened_again();
    const std::string differs = difference(identity_, *again);
    if (!differs.empty()) throw IoError("cannot read " + printable(path_.string()) + " again: " + differs);
    cache_.adopt(*this, again);
    return again;
}

void ReopenableFile::read_at(std::span<std::byte> out, std::uint64_t offset) const {
    read_lately_.store(true, std::memory_order_relaxed);
    handle()->read_at(out, offset);
}

}  // namespace nightstack::io
