// SPDX-License-Identifier: MIT
// The door for FITS files: whatever passes is a plain picture, sound and complete, whose bytes can be
// read without further doubt. Everything else is refused with a FitsError of one line.
//
// What passes: SIMPLE = T, then BITPIX (8 16 32 64 -32 -64), NAXIS and NAXISn in the standard's order;
// 2 axes, or a third of 1 or 3 planes, further axes of length 1; axes of 1..16384 pixels (65536 in
// files of our own), at most 2^28 pixels per plane; END within 64 blocks; a file that holds all the
// data the header announces. After the data: nothing, a zero or blank tail, or extensions. IMAGE
// extensions are listed when they are pictures (then of up to 16 planes), everything else is stepped
// over; but a broken or unfinished extension refuses the file, which then was never finished.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/fits/byte_source.h"
#include "io/fits/header.h"

namespace nightstack::io {

struct FitsLayout {
    int bitpix = 0;
    int width = 0;
    int height = 0;
    int planes = 1;
    double bzero = 0;  // physical = bzero + bscale * stored
    double bscale = 1;
    std::optional<std::int64_t> blank;  // stored value of undefined pixels, integers only
    std::uint64_t data_at = 0;          // byte offset in the file
    std::uint64_t data_bytes = 0;

    std::uint64_t sample_bytes() const { return static_cast<std::uint64_t>(bitpix < 0 ? -bitpix : bitpix) / 8; }
    std::uint64_t end() const { return data_at + (data_bytes + 2879) / 2880 * 2880; }  // with padding
};

// One picture of a file.
struct FitsHdu {
    std::string name;  // EXTNAME, "" for most primaries
    FitsHeader header;
    FitsLayout layout;
};

struct FitsContents {
    std::vector<FitsHdu> images;  // the primary first
    std::vector<std::string> warnings;
};

// Reads headers only, at most 185 KB each. Throws FitsError, IoError.
FitsContents pass_gate(const ByteSource& source);

// The primary header alone, without asking whether the data are there yet: a file that is being
// fetched or written is complete when its size is at least data_at + data_bytes. Throws as above.
FitsHdu read_primary_header(const ByteSource& source);

}  // namespace nightstack::io
