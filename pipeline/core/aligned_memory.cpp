// SPDX-License-Identifier: MIT
#include "pipeline/core/aligned_memory.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <new>

namespace nightstack {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

bool is_mapped(std::size_t bytes) { return bytes >= kHugePage; }

}  // namespace

AlignedMemory::AlignedMemory(std::size_t bytes) : size_((bytes + 63) / 64 * 64) {
    if (size_ == 0) return;
    if (is_mapped(size_)) {
        void* mapped = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (mapped == MAP_FAILED) throw std::bad_alloc();
        ::madvise(mapped, size_, MADV_HUGEPAGE);  // a wish; the block works without
        data_ = mapped;
        return;
    }
    data_ = std::aligned_alloc(64, size_);
    if (data_ == nullptr) throw std::bad_alloc();
    std::memset(data_, 0, size_);
}

AlignedMemory::~AlignedMemory() {
    if (data_ == nullptr) return;
    if (is_mapped(size_)) {
        ::munmap(data_, size_);
    } else {
        std::free(data_);
    }
}

}  // namespace nightstack
