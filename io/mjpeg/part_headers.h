// SPDX-License-Identifier: MIT
// The lines between a boundary and what it announces. Pure, of bytes that come in any pieces.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "io/mjpeg/boundary.h"

namespace nightstack::io {

// Same words, whatever the case of their letters (ASCII only).
bool equal_words(std::string_view a, std::string_view b);

class PartHeaders {
public:
    enum class Status {
        more,        // not decided by these bytes
        body,        // what the part holds begins at `at()`
        closing,     // "--boundary--": no part; the rest begins at `at()`
        boundary,    // the next delimiter stands where a header should, at `at()`
        long_line,   // the line at `at()` is longer than allowed
        long_block,  // all lines together are
    };
    PartHeaders(std::size_t line_limit, std::size_t block_limit) : line_limit_(line_limit), block_limit_(block_limit) {}

    // `bytes` begin right behind "--boundary" and are the same as at the last call, or more of them.
    Status read(Bytes bytes, const Delimiter& delimiter, bool whole);
    std::size_t at() const { return at_; }
    // Only when there is one number that can be one; several must agree.
    std::optional<std::uint64_t> length() const { return bad_length_ ? std::nullopt : length_; }
    bool bad_length() const { return bad_length_; }

private:
    void take(std::string_view line);
    std::size_t line_limit_, block_limit_;
    std::size_t at_ = 0;  // the begin of the line to be read
    bool first_ = true;   // it is what stands behind the delimiter
    bool bad_length_ = false;
    std::optional<std::uint64_t> length_;
};

}  // namespace nightstack::io
