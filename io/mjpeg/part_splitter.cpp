// SPDX-License-Identifier: MIT
// Every decision here must be one of the bytes alone, not of how many of them happen to be there: a step
// that cannot decide yet answers "more" and is asked again.
#include "io/mjpeg/part_splitter.h"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace nightstack::io {
namespace {

constexpr std::size_t kPiece = 64 * 1024;
// What is held beyond a part, so that the boundary behind the largest one can be seen.
constexpr std::size_t kBeyond = kPiece;
// A marker cut in two and a line end may stand between where a picture broke off and the boundary.
constexpr std::size_t kNear = 4;
// So many looks at each byte for the sake of broken pictures, and this many for nothing.
constexpr std::uint64_t kLooks = 4, kFreeLooks = std::uint64_t{64} << 20;

}  // namespace

PartSplitter::PartSplitter(std::string_view content_type, Sink sink, SplitLimits limits)
    : sink_(std::move(sink)),
      limits_(limits),
      delimiter_(boundary_of(content_type)),
      buffer_(std::max(limits.part, limits.headers + limits.header_line) + kBeyond),
      headers_(limits.header_line, limits.headers) {}

void PartSplitter::restart(std::string_view content_type) {
    delimiter_ = Delimiter(boundary_of(content_type));
    buffer_.clear();
    counts_ = {};
    offset_ = search_begin_ = walked_ = 0;
    boundary_seen_ = lengths_lie_ = ended_ = false;
    to_search(true);
}

void PartSplitter::feed(Bytes bytes) {
    while (!bytes.empty()) {
        const std::span<std::byte> room = prepare(std::min(bytes.size(), kPiece));
        std::memcpy(room.data(), bytes.data(), room.size());
        bytes = bytes.subspan(room.size());
        commit(room.size());
    }
}

std::span<std::byte> PartSplitter::prepare(std::size_t wanted) {
    assert(!ended_);
    return buffer_.prepare(std::max<std::size_t>(wanted, 1));
}

void PartSplitter::commit(std::size_t filled) {
    assert(!ended_);
    buffer_.commit(filled);
    counts_.bytes += filled;
    run();
}

void PartSplitter::end() {
    ended_ = true;
    run();
}

void PartSplitter::run() {
    for (Step step = Step::again; step == Step::again;) {
        switch (state_) {
            case State::search: step = search(); break;
            case State::headers: step = read_headers(); break;
            case State::picture: step = read_part(); break;
        }
    }
}

void PartSplitter::consume(std::size_t count) {
    buffer_.consume(count);
    offset_ += count;
}

PartSplitter::Step PartSplitter::to_search(bool line_start) {
    state_ = State::search;
    line_start_ = began_line_ = line_start;
    search_begin_ = offset_;
    return Step::again;
}

PartSplitter::Step PartSplitter::to_headers() {
    state_ = State::headers;
    headers_ = PartHeaders(limits_.header_line, limits_.headers);
    boundary_seen_ = true;
    return Step::again;
}

PartSplitter::Step PartSplitter::to_picture() {
    state_ = State::picture;
    walk_ = JpegWalk();
    markers_asked_ = false;
    return Step::again;
}

void PartSplitter::deliver(std::size_t size) {
    const Bytes jpeg = buffer_.bytes().first(size);
    consume(size);
    ++counts_.parts;
    counts_.part_bytes += size;
    to_search(true);
    sink_(jpeg);
}

// From where on, in what is held, a picture may stand without a boundary before it.
std::size_t PartSplitter::picture_from() const {
    const std::uint64_t from = search_begin_ + (boundary_seen_ ? limits_.part : 0);
    return from <= offset_ ? 0 : static_cast<std::size_t>(from - offset_);
}

PartSplitter::Step PartSplitter::search() {
    const Bytes bytes = buffer_.bytes();
    const std::size_t boundary = delimiter_.find(bytes, 0, line_start_, ended_);
    const std::size_t picture = find_picture(bytes, picture_from());
    if (boundary == kNowhere && picture == kNowhere) return pass_over();
    const std::size_t found = std::min(boundary, picture);
    pass(found, boundary < picture);
    if (picture < boundary) {
        boundary_seen_ = false;
        length_.reset();
        return to_picture();
    }
    consume(delimiter_.size());
    return to_headers();
}

// Nothing found: what cannot become part of a find is let go.
PartSplitter::Step PartSplitter::pass_over() {
    const Bytes bytes = buffer_.bytes();
    const std::size_t tail = ended_ ? 0 : std::max<std::size_t>(delimiter_.needed(), 3);
    if (bytes.size() <= tail) return Step::more;
    const std::size_t gone = bytes.size() - tail;
    const char last = std::to_integer<char>(bytes[gone - 1]);
    pass(gone, ended_);
    line_start_ = last == '\n' || last == '-';
    return Step::more;
}

// `over`: the search ends there. A line end behind a part belongs to what comes then.
void PartSplitter::pass(std::size_t count, bool over) {
    counts_.skipped += count;
    consume(count);
    const std::uint64_t passed = offset_ - search_begin_;
    if (over && began_line_ && passed <= 2) counts_.skipped -= passed;
}

PartSplitter::Step PartSplitter::read_headers() {
    const PartHeaders::Status status = headers_.read(buffer_.bytes(), delimiter_, ended_);
    if (status == PartHeaders::Status::more) return Step::more;
    consume(headers_.at());
    switch (status) {
        case PartHeaders::Status::body: return begin_part();
        case PartHeaders::Status::boundary:
            drop(PartDrop::no_body);
            consume(delimiter_.size());
            return to_headers();
        case PartHeaders::Status::long_line: drop(PartDrop::long_line); break;
        case PartHeaders::Status::long_block: drop(PartDrop::long_headers); break;
        default: break;
    }
    return to_search(true);
}

PartSplitter::Step PartSplitter::begin_part() {
    length_ = headers_.length();
    if (headers_.bad_length()) ++counts_.wrong_lengths;
    return to_picture();
}

PartSplitter::Step PartSplitter::read_part() {
    const Bytes bytes = buffer_.bytes();
    if (bytes.size() < 3 && !ended_) return Step::more;
    if (!starts_picture(bytes)) return no_picture();
    const bool believed = length_ && !lengths_lie_ && *length_ >= 4 && *length_ <= limits_.part;
    return believed ? by_length() : by_walk();
}

PartSplitter::Step PartSplitter::no_picture() {
    const Bytes bytes = buffer_.bytes();
    std::size_t at = 0;
    const Delimiter::Match boundary = delimiter_.follows(bytes, ended_, at);
    if (boundary == Delimiter::Match::too_short) return Step::more;
    const bool nothing = boundary == Delimiter::Match::yes || bytes.empty();
    drop(nothing ? PartDrop::empty : PartDrop::not_a_picture);
    return to_search(true);
}

PartSplitter::Step PartSplitter::by_length() {
    const Bytes bytes = buffer_.bytes();
    const auto size = static_cast<std::size_t>(*length_);
    if (bytes.size() < size) return ended_ ? by_walk() : Step::more;

    std::size_t at = 0;
    const Delimiter::Match boundary = delimiter_.follows(bytes.subspan(size), ended_, at);
    const bool ends = ends_picture(bytes.first(size));
    if (boundary == Delimiter::Match::too_short) {
        // Nothing but the boundary is missing, and that may come with the next picture only: the markers can tell.
        if (!ends || std::exchange(markers_asked_, true)) return Step::more;
        if (walk_.advance(bytes.first(size)) != JpegWalk::Status::end || walk_.at() != size) return Step::more;
        deliver(size);
        return Step::again;
    }
    if (!ends || boundary == Delimiter::Match::no) return length_fails(boundary);
    deliver(size);
    return Step::again;
}

// The picture does not end there, or no boundary follows.
PartSplitter::Step PartSplitter::length_fails(Delimiter::Match boundary) {
    const auto size = static_cast<std::size_t>(*length_);
    length_.reset();
    walk_ = JpegWalk();
    // With a boundary behind it the length was right, and the picture is not; without any, the markers may agree.
    const bool ends = walk_.advance(buffer_.bytes().first(size)) == JpegWalk::Status::end && walk_.at() == size;
    if (boundary == Delimiter::Match::no && !ends) {
        lengths_lie_ = true;
        ++counts_.wrong_lengths;
    }
    walk_ = JpegWalk();
    return by_walk();
}

PartSplitter::Step PartSplitter::by_walk() {
    const Bytes bytes = buffer_.bytes();
    const Bytes allowed = bytes.first(std::min(bytes.size(), limits_.part));
    switch (walk_.advance(allowed)) {
        case JpegWalk::Status::end: deliver(walk_.at()); return Step::again;
        case JpegWalk::Status::broken:
            if (bytes.size() < walk_.at() + kNear + delimiter_.needed() && !ended_) return Step::more;
            return break_off(walk_.met_picture() ? PartDrop::cut_off : PartDrop::broken, walk_.at());
        case JpegWalk::Status::more: break;
    }
    if (allowed.size() == limits_.part) return break_off(PartDrop::too_large, allowed.size());
    return ended_ ? break_off(PartDrop::cut_off, bytes.size()) : Step::more;
}

// Gives the picture up and goes on at the first boundary in or behind it; where boundaries do not count, or too much
// was looked at twice, where its markers ended.
PartSplitter::Step PartSplitter::break_off(PartDrop why, std::size_t walked) {
    walked_ += walked;
    if (why == PartDrop::broken && boundary_seen_) {
        // What lost its thread behind a boundary was cut off before it.
        const Bytes bytes = buffer_.bytes();
        const Bytes looked_at = bytes.first(std::min(bytes.size(), walked + kNear + delimiter_.needed()));
        if (delimiter_.find(looked_at, 2, false, ended_) < walked + kNear) why = PartDrop::cut_off;
    }
    drop(why);
    const bool again = boundary_seen_ && walked_ <= kFreeLooks + kLooks * (offset_ + walked);
    const std::size_t gone = again ? 2 : walked;
    counts_.skipped += gone;
    consume(gone);
    return to_search(false);
}

}  // namespace nightstack::io
