// SPDX-License-Identifier: MIT
// Bytes that a run reads again and again but that stand in no file as they are: frames that had to
// be unpacked (.fz, .gz, PNG, JPEG). In memory while the budget lasts, then in one file that has no
// name: nothing to clean up, whatever becomes of the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>

#include "pipeline/core/aligned_memory.h"

namespace nightstack::io {

class ScratchPiece;

// How pieces in memory lie there.
enum class ScratchMemory {
    unseen,  // pages of a file without name: not in the process's resident size, each read and write a call
    mapped,  // the process's own, in huge pages where the system has them: cheaper to make, read without a call
};

// Any method from several threads at once. Pieces may outlive the store.
class ScratchStore {
public:
    // `folder` is made when the first piece has to go to disk; it should not be a file system in memory.
    ScratchStore(std::uint64_t memory_bytes, std::filesystem::path folder, ScratchMemory kind = ScratchMemory::unseen);

    // Room for `bytes`, zero until written. Throws IoError: the disk is full, the folder cannot be written.
    std::shared_ptr<ScratchPiece> reserve(std::uint64_t bytes);

    void set_memory(std::uint64_t bytes);  // for pieces to come
    std::uint64_t memory_used() const;     // not seen in the resident size of the process, unless it is mapped
    std::uint64_t disk_used() const;

private:
    friend class ScratchPiece;
    struct State;
    std::shared_ptr<State> state_;
};

// Gives its room back when destroyed. Reads and writes from several threads at once.
class ScratchPiece {
public:
    ~ScratchPiece();
    ScratchPiece(const ScratchPiece&) = delete;
    ScratchPiece& operator=(const ScratchPiece&) = delete;

    std::uint64_t size() const { return size_; }
    // Assert that the span lies inside. Throw IoError.
    void write_at(std::span<const std::byte> bytes, std::uint64_t offset);
    void read_at(std::span<std::byte> out, std::uint64_t offset) const;
    // The bytes themselves, where they are mapped; else nothing.
    std::span<std::byte> mapped() { return {static_cast<std::byte*>(own_.data()), own_.size() < size_ ? 0 : size_}; }
    std::span<const std::byte> mapped() const { return const_cast<ScratchPiece*>(this)->mapped(); }

private:
    friend class ScratchStore;
    ScratchPiece(std::shared_ptr<ScratchStore::State> state, bool in_memory, std::uint64_t begin, std::uint64_t size)
        : state_(std::move(state)), in_memory_(in_memory), begin_(begin), size_(size) {}
    ScratchPiece(std::shared_ptr<ScratchStore::State> state, AlignedMemory own, std::uint64_t size)
        : state_(std::move(state)), own_(std::move(own)), in_memory_(true), begin_(0), size_(size) {}
    std::shared_ptr<ScratchStore::State> state_;
    AlignedMemory own_;
    bool in_memory_;
    std::uint64_t begin_;
    std::uint64_t size_;
};

}  // namespace nightstack::io
