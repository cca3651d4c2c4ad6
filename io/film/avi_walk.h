// SPDX-License-Identifier: MIT
// The pictures of an AVI film whose codec is Motion JPEG (RIFF, and its continuation beyond a gigabyte). Its bytes are
// hostile. No index is read and no list's end believed: chunks are walked one behind the other, lists by going on
// behind their names, so that films whose recording was cut off play as far as they go. Behind a header that cannot be
// true the next picture is looked for, and the gap counted. Pure but for the bytes it asks for; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/film/avi_chunks.h"
#include "io/film/byte_window.h"

namespace nightstack::io {

inline constexpr std::uint64_t kMostPictureBytes = std::uint64_t{32} << 20;

class AviWalk {
public:
    using ReadAt = ByteWindow::ReadAt;

    // Walks to the first picture, and from there looks at the first hundred. Throws FormatError: no AVI, no picture in
    // it, none of the hundred a JPEG; and what `read` throws.
    AviWalk(ReadAt read, std::uint64_t size);

    // The next picture, as stored; false at the end. Chunks that repeat the last picture (empty) are passed over, those
    // larger than kMostPictureBytes come as empty ones, to be counted.
    bool next(std::vector<std::byte>& jpeg);

    std::optional<double> pictures_per_s() const { return rate_; }
    std::uint64_t position() const { return place_.at; }
    // Places where pictures were lost, as far as can be told, each one or more: damaged headers, JPEGs under a name
    // that is no picture's, the last picture if it was cut off. What lies behind the end of the film as it says it is
    // no loss.
    std::uint64_t dropped_parts() const { return place_.dropped; }

private:
    struct Picture {
        AviChunk chunk;
        std::uint64_t behind = 0;  // where the next header lies
    };
    struct Place {
        std::uint64_t at = 0;
        std::uint64_t end = 0;  // of the RIFF, as it says
        std::uint64_t dropped = 0;
    };
    bool enter(const AviChunk& chunk);
    bool resume(const AviChunk& damaged);
    std::optional<Picture> find_picture();
    bool starts_with_jpegs(Picture first);
    void read_stream(const AviChunk& chunk);
    bool is_picture(const AviChunk& chunk);
    bool is_lost(const AviChunk& chunk);

    ReadAt read_;
    std::uint64_t size_;
    AviChunks chunks_;
    Place place_;
    int streams_ = 0;
    std::optional<int> video_;  // which stream
    bool in_pictures_ = false;  // a list of pictures was come to
    std::string codec_;
    std::optional<double> rate_;
};

}  // namespace nightstack::io
