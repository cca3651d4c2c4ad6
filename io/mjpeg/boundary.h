// SPDX-License-Identifier: MIT
// What stands between two parts of a multipart stream. Pure functions over bytes.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace nightstack::io {

using Bytes = std::span<const std::byte>;

inline constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

// The boundary a Content-Type announces, without quotes and leading dashes: some servers announce "--dwarf" and write
// "--dwarf", others "----dwarf". "" when there is none that could be one (RFC 2046: 1 to 70 printable characters).
std::string boundary_of(std::string_view content_type);

// "--boundary" at the begin of a line and the end of a name, so that neither "x--dwarf" nor "--dwarf2" is one.
class Delimiter {
public:
    // "" makes a delimiter that nothing matches.
    explicit Delimiter(std::string_view boundary);

    std::size_t size() const { return text_.size(); }
    // So many bytes from its begin decide whether something is a delimiter.
    std::size_t needed() const { return text_.size() + 2; }

    enum class Match { no, yes, too_short };
    // `whole`: nothing will ever follow these bytes.
    Match starts(Bytes bytes, bool whole) const;
    // The same behind at most one line end; yes puts where the delimiter starts into `at`.
    Match follows(Bytes bytes, bool whole, std::size_t& at) const;
    // The first one from `from` on that these bytes decide, or kNowhere. `line_start`: bytes[0] begins a line.
    std::size_t find(Bytes bytes, std::size_t from, bool line_start, bool whole) const;

private:
    std::string text_;
};

}  // namespace nightstack::io
