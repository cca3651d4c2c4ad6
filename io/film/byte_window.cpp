// SPDX-License-Identifier: MIT
#include "io/film/byte_window.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace nightstack::io {

ByteWindow::ByteWindow(ReadAt read, std::uint64_t size, std::size_t stretch)
    : read_(std::move(read)), size_(size), stretch_(stretch) {}

std::string_view ByteWindow::look(std::uint64_t offset, std::size_t least) {
    assert(least <= stretch_);
    if (offset >= size_) return {};
    const std::uint64_t wanted = std::min<std::uint64_t>(least, size_ - offset);
    const bool held = offset >= begin_ && offset - begin_ < held_.size() && held_.size() - (offset - begin_) >= wanted;
    if (!held) {
        std::string fresh = std::move(held_);
        held_.clear();  // should the read throw
        fresh.resize(static_cast<std::size_t>(std::min<std::uint64_t>(stretch_, size_ - offset)));
        read_(std::as_writable_bytes(std::span(fresh)), offset);
        held_ = std::move(fresh);
        begin_ = offset;
    }
    return std::string_view(held_).substr(static_cast<std::size_t>(offset - begin_));
}

}  // namespace nightstack::io
