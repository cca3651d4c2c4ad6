// SPDX-License-Identifier: MIT
// The door for tile-compressed FITS (.fz: a binary table with ZIMAGE = T behind an empty primary, FITS
// 4.0 section 10). cfitsio, which alone can unpack all of it, is not safe on hostile bytes; so every
// number it goes by is checked here first, and it never sees the file's own header but one written
// anew from the checked values.
//
// What passes: pictures as of io/fits/gate.h, BITPIX 8 16 32 -32 -64; RICE_1, GZIP_1, GZIP_2, PLIO_1,
// HCOMPRESS_1, NOCOMPRESS; one table row per tile; columns known by name and of the standard's types;
// every pointer of every row inside the heap; tiles of at most 2^26 pixels; at most 1 GiB unpacked,
// and not more than the most that deflate can make of the bytes that are there.
#pragma once

#include <cstdint>
#include <string>

#include "io/fits/byte_source.h"
#include "io/fits/gate.h"

namespace nightstack::io {

struct FzPicture {
    FitsHeader header;           // of the file, for what it says about the exposure
    FitsLayout layout;           // of the unpacked samples: big-endian, without header, from byte 0
    std::string clean_header;    // primary and table header as cfitsio shall see them, whole blocks
    std::uint64_t table_at = 0;  // table and heap in the file, to be put behind `clean_header`
    std::uint64_t table_bytes = 0;
    std::int64_t tile_rows = 1;    // rows of the picture that are best unpacked together
    std::int64_t tile_pixels = 1;  // of the largest tile
    bool quantised = false;        // floats kept as scaled integers, in which undefined pixels have a code
};

// Reads headers, the table's pointers and the head of each HCOMPRESS tile. Throws FitsError, IoError.
FzPicture pass_fz_gate(const ByteSource& source);

// The picture's header alone, for scans. Throws as above.
FitsHeader read_fz_header(const ByteSource& source);

}  // namespace nightstack::io
