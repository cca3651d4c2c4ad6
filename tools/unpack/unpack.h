// SPDX-License-Identifier: MIT
// The two things nightstack-unpack can do. Both read descriptor 0 and write raw bytes to descriptor 1;
// on failure they say one line on stderr and return false.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nightstack::unpack {

// The gzip file's content, all members, with its checksums held.
bool gunzip();

struct Tiles {
    long width = 0, height = 0, planes = 0;
    int bitpix = 0;          // of the unpacked samples
    long rows = 1;           // of the picture, unpacked together
    bool quantised = false;  // floats from scaled integers: undefined pixels become NaN
};

// The samples of the tile-compressed picture in the second unit, as stored, big-endian, row by row.
bool unpack_tiles(const Tiles& tiles);

bool write_all(const void* bytes, std::size_t count);  // to descriptor 1
bool complain(const char* what);                       // always false

}  // namespace nightstack::unpack
