// SPDX-License-Identifier: MIT
// Looks at bytes that are read a stretch at a time: many small looks near each other cost one read. Pure but for the
// bytes it asks for; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace nightstack::io {

class ByteWindow {
public:
    // Fills `out` from `offset`, all of it within the size that was told. What it throws comes out of the look.
    using ReadAt = std::function<void(std::span<std::byte> out, std::uint64_t offset)>;

    ByteWindow(ReadAt read, std::uint64_t size, std::size_t stretch);

    // What is held from `offset` on, at least `least` bytes (at most `stretch`) but where the bytes end. Valid until
    // the next look.
    std::string_view look(std::uint64_t offset, std::size_t least);
    std::uint64_t size() const { return size_; }

private:
    ReadAt read_;
    std::uint64_t size_;
    std::size_t stretch_;
    std::uint64_t begin_ = 0;  // of what is held
    std::string held_;
};

}  // namespace nightstack::io
