// SPDX-License-Identifier: MIT
// Where a JPEG ends, found by walking its markers: what lies in segments (an EXIF thumbnail with an end of its
// own, a boundary somebody wrote into a comment) and in coded data is passed over. Nothing is decoded. Pure.
#pragma once

#include "io/mjpeg/boundary.h"

namespace nightstack::io {

// FF D8 FF. False for fewer bytes.
bool starts_picture(Bytes bytes);
// The first FF D8 FF from `from` on, or kNowhere.
std::size_t find_picture(Bytes bytes, std::size_t from);
// Whether the last two are FF D9.
bool ends_picture(Bytes bytes);

class JpegWalk {
public:
    enum class Status { more, end, broken };
    // `bytes` begin with the picture and are the same as at the last call, or more of them.
    Status advance(Bytes bytes);
    // end: one past FF D9. broken: where no JPEG goes on.
    std::size_t at() const { return at_; }
    // broken, because another picture starts there: this one was cut off.
    bool met_picture() const { return met_picture_; }

private:
    Status marker(Bytes bytes);
    Status coded(Bytes bytes);
    Status segment(Bytes bytes, unsigned code);
    std::size_t at_ = 2;
    bool in_coded_ = false;
    bool met_picture_ = false;
};

}  // namespace nightstack::io
