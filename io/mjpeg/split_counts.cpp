// SPDX-License-Identifier: MIT
#include "io/mjpeg/split_counts.h"

#include <numeric>

namespace nightstack::io {

std::string_view words(PartDrop why) {
    switch (why) {
        case PartDrop::empty: return "empty";
        case PartDrop::not_a_picture: return "not a JPEG";
        case PartDrop::cut_off: return "cut off";
        case PartDrop::broken: return "broken between its markers";
        case PartDrop::too_large: return "larger than a part may be";
        case PartDrop::long_line: return "a header line too long";
        case PartDrop::long_headers: return "headers too long";
        case PartDrop::no_body: return "headers without a body";
    }
    return "?";
}

std::uint64_t SplitCounts::all_dropped() const {
    return std::accumulate(dropped.begin(), dropped.end(), std::uint64_t{0});
}

SplitCounts& SplitCounts::operator+=(const SplitCounts& more) {
    parts += more.parts;
    part_bytes += more.part_bytes;
    bytes += more.bytes;
    skipped += more.skipped;
    wrong_lengths += more.wrong_lengths;
    for (std::size_t i = 0; i < kPartDrops; ++i) dropped[i] += more.dropped[i];
    return *this;
}

}  // namespace nightstack::io
