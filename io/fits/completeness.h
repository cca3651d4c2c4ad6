// SPDX-License-Identifier: MIT
// Whether a file that comes in, over a network or from a program that writes it, is all there. A FITS says so itself:
// its header implies its size. Any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nightstack::io {

enum class Completeness {
    complete,  // size and header agree, and the gate lets it pass
    growing,   // begins well and ends too early
    not_told,  // no FITS, or one whose size its header does not tell: two looks at it must agree
    broken,    // a FITS in name, refused by the gate
};

struct Completion {
    Completeness state = Completeness::not_told;
    std::string why;  // of `broken` and `growing`
};

// .fits, .fit, .fts in any case.
bool tells_its_size(std::string_view name);
// Of an open local file of `bytes` bytes, which stays the caller's. Throws IoError.
Completion completion_of(int fd, std::uint64_t bytes, const std::string& name);
// Whether the last 5760 bytes (a block of data at least, whatever the padding) are all zero, as of a file whose room was
// reserved before it was written. Throws IoError.
bool ends_in_zeros(int fd, std::uint64_t bytes, const std::string& name);

}  // namespace nightstack::io
