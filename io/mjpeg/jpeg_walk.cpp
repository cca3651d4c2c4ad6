// SPDX-License-Identifier: MIT
#include "io/mjpeg/jpeg_walk.h"

#include <algorithm>
#include <cstring>

namespace nightstack::io {
namespace {

// Markers of ITU-T T.81, table B.1.
constexpr unsigned kStuffed = 0x00, kTem = 0x01, kRst0 = 0xD0, kRst7 = 0xD7, kSoi = 0xD8, kEoi = 0xD9, kSos = 0xDA;
constexpr unsigned kFirstWithLength = 0xC0;

unsigned value(Bytes bytes, std::size_t i) { return std::to_integer<unsigned>(bytes[i]); }

std::size_t find_ff(Bytes bytes, std::size_t from) {
    if (from >= bytes.size()) return kNowhere;
    const void* found = std::memchr(bytes.data() + from, 0xFF, bytes.size() - from);
    return found == nullptr ? kNowhere : static_cast<std::size_t>(static_cast<const std::byte*>(found) - bytes.data());
}

}  // namespace

bool starts_picture(Bytes bytes) {
    return bytes.size() >= 3 && value(bytes, 0) == 0xFF && value(bytes, 1) == kSoi && value(bytes, 2) == 0xFF;
}

std::size_t find_picture(Bytes bytes, std::size_t from) {
    for (std::size_t at = find_ff(bytes, from); at != kNowhere; at = find_ff(bytes, at + 1)) {
        if (starts_picture(bytes.subspan(at))) return at;
    }
    return kNowhere;
}

bool ends_picture(Bytes bytes) {
    const std::size_t n = bytes.size();
    return n >= 2 && value(bytes, n - 2) == 0xFF && value(bytes, n - 1) == kEoi;
}

JpegWalk::Status JpegWalk::advance(Bytes bytes) {
    for (;;) {
        const std::size_t before = at_;
        const bool was_coded = in_coded_;
        const Status status = in_coded_ ? coded(bytes) : marker(bytes);
        if (status != Status::more) return status;
        if (at_ == before && in_coded_ == was_coded) return Status::more;
        if (at_ >= bytes.size()) return Status::more;
    }
}

// Coded data hold FF only as FF 00, FF RSTn or fill bytes; anything else behind FF is the next marker.
JpegWalk::Status JpegWalk::coded(Bytes bytes) {
    for (;;) {
        const std::size_t ff = find_ff(bytes, at_);
        if (ff == kNowhere) {
            at_ = std::max(at_, bytes.size());  // a segment may end further on
            return Status::more;
        }
        at_ = ff;
        if (ff + 1 >= bytes.size()) return Status::more;
        const unsigned code = value(bytes, ff + 1);
        if (code == 0xFF) {
            ++at_;
        } else if (code == kStuffed || (code >= kRst0 && code <= kRst7)) {
            at_ += 2;
        } else {
            in_coded_ = false;
            return Status::more;
        }
    }
}

JpegWalk::Status JpegWalk::marker(Bytes bytes) {
    if (at_ < bytes.size() && value(bytes, at_) != 0xFF) return Status::broken;
    if (at_ + 1 >= bytes.size()) return Status::more;
    const unsigned code = value(bytes, at_ + 1);
    if (code == 0xFF) {  // a fill byte
        ++at_;
        return Status::more;
    }
    if (code == kEoi) {
        at_ += 2;
        return Status::end;
    }
    if (code == kTem || (code >= kRst0 && code <= kRst7)) {
        at_ += 2;
        return Status::more;
    }
    met_picture_ = code == kSoi;
    return met_picture_ || code < kFirstWithLength ? Status::broken : segment(bytes, code);
}

JpegWalk::Status JpegWalk::segment(Bytes bytes, unsigned code) {
    if (at_ + 3 >= bytes.size()) return Status::more;
    const std::size_t length = value(bytes, at_ + 2) << 8 | value(bytes, at_ + 3);
    if (length < 2) return Status::broken;
    at_ += 2 + length;
    in_coded_ = code == kSos;
    return Status::more;
}

}  // namespace nightstack::io
