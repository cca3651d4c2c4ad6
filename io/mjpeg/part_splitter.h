// SPDX-License-Identifier: MIT
// A multipart stream of JPEGs (multipart/x-mixed-replace, as cameras send it) becomes its pictures. Bytes come in any
// pieces; what comes out, what is dropped and for which reason does not depend on where they were cut. No sockets, no
// clock, one thread.
//
// A picture ends where its markers say so (jpeg_walk.h). A Content-Length saves that walk, and is believed only where
// the picture then ends and a boundary follows; once it led nowhere, the lengths of this stream are not waited for any
// more. A boundary inside a picture is none. Where a picture breaks off, the stream is taken up again at the first
// boundary behind its begin. As long as no boundary was seen (none announced, or a wrong one), and again after one
// part's limit without any, pictures are found by their markers alone.
//
// What a hostile stream can use is bounded: memory() by the limits, time by a fixed number of looks at each byte.
#pragma once

#include <functional>

#include "io/mjpeg/jpeg_walk.h"
#include "io/mjpeg/part_buffer.h"
#include "io/mjpeg/part_headers.h"
#include "io/mjpeg/split_counts.h"

namespace nightstack::io {

struct SplitLimits {
    std::size_t header_line = 1024;
    std::size_t headers = 8 * 1024;
    std::size_t part = std::size_t{8} << 20;
};

class PartSplitter {
public:
    // Gets each picture, FF D8 to FF D9; the bytes are there during the call. Must not call the splitter.
    using Sink = std::function<void(Bytes jpeg)>;

    PartSplitter(std::string_view content_type, Sink sink, SplitLimits limits = {});

    void feed(Bytes bytes);
    // The same without a copy: at most `wanted` bytes, at least one, to read into, and how many were.
    std::span<std::byte> prepare(std::size_t wanted);
    void commit(std::size_t filled);
    // The stream has ended: what is left is a picture now or never. Begins again only by restart().
    void end();
    // A new stream. Memory stays, the counts begin at zero.
    void restart(std::string_view content_type);

    const SplitCounts& counts() const { return counts_; }
    std::size_t held() const { return buffer_.bytes().size(); }
    std::size_t memory() const { return buffer_.memory(); }

private:
    enum class State { search, headers, picture };
    enum class Step { again, more };

    void run();
    Step search();
    Step pass_over();
    void pass(std::size_t count, bool over);
    Step read_headers();
    Step begin_part();
    Step read_part();
    Step no_picture();
    Step by_length();
    Step by_walk();
    Step length_fails(Delimiter::Match boundary);
    Step break_off(PartDrop why, std::size_t walked);

    Step to_search(bool line_start);
    Step to_headers();
    Step to_picture();
    void deliver(std::size_t size);
    void drop(PartDrop why) { ++counts_.dropped[static_cast<std::size_t>(why)]; }
    void consume(std::size_t count);
    std::size_t picture_from() const;

    const Sink sink_;
    const SplitLimits limits_;
    Delimiter delimiter_;
    PartBuffer buffer_;
    SplitCounts counts_;
    State state_ = State::search;
    bool ended_ = false;

    std::uint64_t offset_ = 0;  // in the stream, of the first byte held
    std::uint64_t search_begin_ = 0;
    bool began_line_ = true;  // what is searched did
    bool line_start_ = true;  // the first byte held does
    bool boundary_seen_ = false;
    bool lengths_lie_ = false;
    PartHeaders headers_;
    std::optional<std::uint64_t> length_;
    JpegWalk walk_;
    bool markers_asked_ = false;  // whether the picture ends where its length says
    std::uint64_t walked_ = 0;    // bytes looked at in pictures that broke off
};

}  // namespace nightstack::io
