// SPDX-License-Identifier: MIT
// The pictures of an AVI film whose codec is Motion JPEG (RIFF, and its continuation beyond a gigabyte). Its bytes are
// hostile. No index is read and no list's end believed: chunks are walked one behind the other, lists by going on
// behind their names, so that films whose recording was cut off play as far as they go. Pure but for the bytes it asks
// for; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace nightstack::io {

inline constexpr std::uint64_t kMostPictureBytes = std::uint64_t{32} << 20;

class AviWalk {
public:
    // Fills `out` from `offset`, all of it within the size that was told.
    using ReadAt = std::function<void(std::span<std::byte> out, std::uint64_t offset)>;

    // Walks to the first picture. Throws FormatError: no AVI, no video in it, pictures that are no JPEGs; and what
    // `read` throws.
    AviWalk(ReadAt read, std::uint64_t size);

    // The next picture, as stored; false at the end. Chunks that repeat the last picture (empty) are passed over, those
    // larger than kMostPictureBytes or than the file come as empty ones, to be counted.
    bool next(std::vector<std::byte>& jpeg);

    std::optional<double> pictures_per_s() const { return rate_; }
    std::uint64_t position() const { return at_; }

private:
    struct Chunk {
        std::string id;
        std::uint64_t size = 0;
        std::uint64_t content = 0;  // where it begins
    };
    bool header(Chunk& chunk);
    bool enter(const Chunk& chunk);
    void pass(const Chunk& chunk);
    bool find_picture(Chunk& chunk);
    void read_stream(const Chunk& chunk);
    std::uint32_t number(std::uint64_t offset) const;
    std::string word(std::uint64_t offset) const;
    bool is_picture(const std::string& id) const;

    ReadAt read_;
    std::uint64_t size_;
    std::uint64_t at_ = 0;
    int streams_ = 0;
    std::optional<int> video_;  // which stream
    std::string codec_;
    std::optional<double> rate_;
};

}  // namespace nightstack::io
