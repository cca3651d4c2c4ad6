// SPDX-License-Identifier: MIT
#include "io/image_files/block_cache.h"

#include <algorithm>

namespace nightstack::io {

std::uint64_t BlockCache::add_file(std::size_t decoded_bytes) {
    const std::lock_guard lock(mutex_);
    files_.emplace(next_file_, decoded_bytes);
    return next_file_++;
}

void BlockCache::remove_file(std::uint64_t file) {
    const std::lock_guard lock(mutex_);
    files_.erase(file);
    for (auto it = places_.lower_bound({file, 0}); it != places_.end() && it->first.first == file;) {
        bytes_ -= it->second->block->size();
        kept_.erase(it->second);
        it = places_.erase(it);
    }
}

DecodedBlock BlockCache::find(std::uint64_t file, std::size_t index) {
    const std::lock_guard lock(mutex_);
    const auto it = places_.find({file, index});
    if (it == places_.end()) return nullptr;
    kept_.splice(kept_.begin(), kept_, it->second);
    return it->second->block;
}

void BlockCache::keep(std::uint64_t file, std::size_t index, DecodedBlock block) {
    const std::lock_guard lock(mutex_);
    const Key key{file, index};
    const std::size_t size = block->size();
    if (size > budget_ || places_.contains(key)) return;  // another thread has decoded it as well
    shrink_to(budget_ - size);
    kept_.push_front({key, std::move(block)});
    places_.emplace(key, kept_.begin());
    bytes_ += size;
}

void BlockCache::set_budget(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    budget_ = bytes;
    shrink_to(bytes);
}

std::size_t BlockCache::bytes() const {
    const std::lock_guard lock(mutex_);
    return bytes_;
}

std::size_t BlockCache::growth() const {
    const std::lock_guard lock(mutex_);
    std::size_t all = 0;
    for (const auto& [file, decoded] : files_) all += decoded;
    const std::size_t most = std::min(all, budget_);
    return most - std::min(most, bytes_);
}

void BlockCache::shrink_to(std::size_t bytes) {
    while (bytes_ > bytes) {
        bytes_ -= kept_.back().block->size();
        places_.erase(kept_.back().key);
        kept_.pop_back();
    }
}

}  // namespace nightstack::io
