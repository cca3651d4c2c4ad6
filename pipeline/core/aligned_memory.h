// SPDX-License-Identifier: MIT
// A zeroed, 64-byte aligned block of bytes with one owner. Blocks of 2 MiB and more are mapped on
// their own and ask the kernel for huge pages: first touch of a frame-size buffer costs ten times
// as much with 4 KiB pages.
#pragma once

#include <cstddef>
#include <utility>

namespace nightstack {

class AlignedMemory {
public:
    AlignedMemory() = default;
    // Throws std::bad_alloc.
    explicit AlignedMemory(std::size_t bytes);
    ~AlignedMemory();
    AlignedMemory(AlignedMemory&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    AlignedMemory& operator=(AlignedMemory&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    AlignedMemory(const AlignedMemory&) = delete;
    AlignedMemory& operator=(const AlignedMemory&) = delete;

    void* data() const { return data_; }
    std::size_t size() const { return size_; }

private:
    void* data_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace nightstack
