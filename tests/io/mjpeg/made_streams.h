// SPDX-License-Identifier: MIT
// Pictures that have all the markers of a JPEG and no image, and streams of them: for what looks at
// markers only. Coded data are random, with FF stuffed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "io/mjpeg/part_splitter.h"

namespace nightstack::io::test {

struct MadePicture {
    unsigned seed = 1;
    std::size_t coded_bytes = 600;
    std::string in_coded;    // put into the middle of the coded data, as it is
    std::string in_segment;  // of an APP1 segment
    int scans = 1;
};
std::string made_picture(const MadePicture& how);
inline std::string picture(unsigned seed, std::size_t coded_bytes = 600) {
    return made_picture({seed, coded_bytes, {}, {}, 1});
}
// With an EXIF thumbnail that has an end of its own.
std::string picture_with_thumbnail(unsigned seed);

// "--dwarf", headers with the length, body, line end.
std::string part(std::string_view jpeg);
std::string part_without_length(std::string_view jpeg);
// `headers` each end with "\r\n" (or not: as given).
std::string part_with(std::string_view headers, std::string_view body, std::string_view tail = "\r\n");

inline constexpr const char* kDwarfType = "multipart/x-mixed-replace; boundary=dwarf";

struct Split {
    std::vector<std::string> parts;
    SplitCounts counts;
    std::size_t most_held = 0;
    friend bool operator==(const Split& a, const Split& b) { return a.parts == b.parts && a.counts == b.counts; }
};
// In pieces of that size; 0: of random sizes from 1 to 2000.
Split split(std::string_view type, std::string_view stream, std::size_t piece, const SplitLimits& limits = {});

}  // namespace nightstack::io::test
