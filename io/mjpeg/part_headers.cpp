// SPDX-License-Identifier: MIT
#include "io/mjpeg/part_headers.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "io/mjpeg/jpeg_walk.h"
#include "pipeline/core/ascii.h"

namespace nightstack::io {
namespace {

std::string_view trimmed(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
    return text.substr(0, text.find_last_not_of(" \t") + 1);
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

bool equal_words(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lower_case(x) == lower_case(y); });
}

void PartHeaders::take(std::string_view line) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !equal_words(trimmed(line.substr(0, colon)), "content-length")) return;
    const std::optional<std::uint64_t> value = number(trimmed(line.substr(colon + 1)));
    if (!value || (length_ && *length_ != *value)) bad_length_ = true;
    length_ = value;
}

PartHeaders::Status PartHeaders::read(Bytes bytes, const Delimiter& delimiter, bool whole) {
    while (at_ < bytes.size()) {
        const Bytes rest = bytes.subspan(at_);
        if (!first_ && starts_picture(rest)) return Status::body;  // the empty line was forgotten
        if (!first_ && delimiter.starts(rest, whole) == Delimiter::Match::yes) return Status::boundary;
        const void* found = std::memchr(rest.data(), '\n', std::min(rest.size(), line_limit_ + 1));
        if (found == nullptr) return rest.size() > line_limit_ ? Status::long_line : Status::more;
        const auto length = static_cast<std::size_t>(static_cast<const std::byte*>(found) - rest.data());
        std::string_view line(reinterpret_cast<const char*>(rest.data()), length);
        if (line.ends_with('\r')) line.remove_suffix(1);
        at_ += length + 1;
        if (at_ > block_limit_) return Status::long_block;
        if (first_ && line.starts_with("--")) return Status::closing;
        if (!first_ && line.empty()) return Status::body;
        if (!first_) take(line);
        first_ = false;
    }
    return Status::more;
}

}  // namespace nightstack::io
