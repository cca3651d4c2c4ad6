// SPDX-License-Identifier: MIT
// Decoded blocks of compressed pictures, of all files of a run together: those used last, within one budget.
#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace nightstack::io {

using DecodedBlock = std::shared_ptr<const std::vector<std::byte>>;

// Any method from several threads at once. It must outlive the files that use it.
class BlockCache {
public:
    explicit BlockCache(std::size_t budget_bytes) : budget_(budget_bytes) {}

    // A file that would be `decoded_bytes` when all of it were kept. Returns what its blocks are known by.
    std::uint64_t add_file(std::size_t decoded_bytes);
    void remove_file(std::uint64_t file);  // and its blocks

    DecodedBlock find(std::uint64_t file, std::size_t index);  // empty when it is not kept
    // Those not used for longest make room. A block larger than the budget is not kept.
    void keep(std::uint64_t file, std::size_t index, DecodedBlock block);

    void set_budget(std::size_t bytes);
    std::size_t bytes() const;   // kept now
    std::size_t growth() const;  // by which that may still rise with the files there are

private:
    using Key = std::pair<std::uint64_t, std::size_t>;
    struct Kept {
        Key key;
        DecodedBlock block;
    };
    void shrink_to(std::size_t bytes);  // under the lock
    mutable std::mutex mutex_;
    std::size_t budget_;
    std::size_t bytes_ = 0;
    std::uint64_t next_file_ = 0;
    std::map<std::uint64_t, std::size_t> files_;  // and their decoded bytes
    std::list<Kept> kept_;                        // the one used last at the front
    std::map<Key, std::list<Kept>::iterator> places_;
};

}  // namespace nightstack::io
