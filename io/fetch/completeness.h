// SPDX-License-Identifier: MIT
// Whether a file that came in is all of it. A FITS says so itself: its header implies its size.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nightstack::io {

enum class Completeness {
    complete,  // size and header agree, and the gate lets it pass
    growing,   // begins well and ends too early
    not_told,  // no FITS, or one whose size its header does not tell: two listings must agree
    broken,    // a FITS in name, refused by the gate
};

struct Completion {
    Completeness state = Completeness::not_told;
    std::string why;  // of `broken` and `growing`
};

// .fits, .fit, .fts in any case.
bool tells_its_size(std::string_view name);
// Whether the scope's own account of a session, shotsInfo.json, says that all that was asked for is taken. No text is
// too odd for it.
bool says_all_is_taken(std::string_view shots_info);
// Of an open local file of `bytes` bytes. Throws IoError.
Completion completion_of(int fd, std::uint64_t bytes, const std::string& name);

}  // namespace nightstack::io
