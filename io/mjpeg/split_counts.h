// SPDX-License-Identifier: MIT
// What became of the bytes of a stream. Plain values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace nightstack::io {

enum class PartDrop {
    empty,          // nothing between two boundaries
    not_a_picture,  // no JPEG: text/html, for example
    cut_off,        // the picture ends before its end
    broken,         // its markers contradict each other
    too_large,      // more bytes than a part may have
    long_line,      // a header line
    long_headers,   // all headers together
    no_body,        // the next boundary stands among the headers
};
inline constexpr std::size_t kPartDrops = 8;

// In words: "cut off", "larger than a part may be".
std::string_view words(PartDrop why);

struct SplitCounts {
    std::uint64_t parts = 0;          // handed over
    std::uint64_t part_bytes = 0;     // in them
    std::uint64_t bytes = 0;          // came in
    std::uint64_t skipped = 0;        // that belong to no part and no framing
    std::uint64_t wrong_lengths = 0;  // Content-Lengths that were no number or did not lead to a boundary
    std::array<std::uint64_t, kPartDrops> dropped{};

    std::uint64_t dropped_for(PartDrop why) const { return dropped[static_cast<std::size_t>(why)]; }
    std::uint64_t all_dropped() const;
    friend bool operator==(const SplitCounts&, const SplitCounts&) = default;
    SplitCounts& operator+=(const SplitCounts& more);
};

}  // namespace nightstack::io
