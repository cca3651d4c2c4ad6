// SPDX-License-Identifier: MIT
#include "io/film/avi_walk.h"

#include <algorithm>
#include <array>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr std::uint64_t kHeader = 8;  // name and size of a chunk
constexpr int kMostStreams = 100;     // two digits name them
constexpr std::array<const char*, 6> kEntered{"AVI ", "AVIX", "hdrl", "strl", "movi", "rec "};
constexpr double kLeastRate = 1.0 / 3600, kMostRate = 1000;  // pictures per second that are believed

std::optional<double> believed(double rate) {
    return rate >= kLeastRate && rate <= kMostRate ? std::optional(rate) : std::nullopt;
}

}  // namespace

AviWalk::AviWalk(ReadAt read, std::uint64_t size) : read_(std::move(read)), size_(size) {
    if (size < 12 || word(0) != "RIFF" || word(8) != "AVI ") throw FormatError("no AVI film");
    Chunk chunk;
    if (!find_picture(chunk))
        throw FormatError(video_ ? "an AVI film without a picture" : "an AVI film without a video stream");
    const bool jpeg = chunk.size >= 2 && size_ - chunk.content >= 2 && (number(chunk.content) & 0xFFFF) == 0xD8FF;
    if (!jpeg) throw FormatError("its pictures are no JPEGs, codec '" + printable(codec_) + "'");
    at_ = chunk.content - kHeader;  // next() meets it again
}

std::uint32_t AviWalk::number(std::uint64_t offset) const {
    std::array<std::byte, 4> bytes{};
    if (offset >= size_) return 0;
    read_(std::span(bytes).first(static_cast<std::size_t>(std::min<std::uint64_t>(4, size_ - offset))), offset);
    std::uint32_t out = 0;
    for (std::size_t i = 4; i-- > 0;) out = out << 8 | std::to_integer<std::uint32_t>(bytes[i]);
    return out;
}

std::string AviWalk::word(std::uint64_t offset) const {
    const std::uint32_t letters = number(offset);
    std::string out;
    for (int i = 0; i < 4; ++i) out += static_cast<char>(letters >> (8 * i) & 0xFF);
    return out;
}

bool AviWalk::header(Chunk& chunk) {
    if (at_ >= size_ || size_ - at_ < kHeader) return false;
    chunk = {word(at_), number(at_ + 4), at_ + kHeader};
    return true;
}

// Into a list whose content interests: what follows its name is walked like everything else.
bool AviWalk::enter(const Chunk& chunk) {
    if (chunk.id != "RIFF" && chunk.id != "LIST") return false;
    if (size_ - chunk.content < 4) return false;
    const std::string name = word(chunk.content);
    if (std::find(kEntered.begin(), kEntered.end(), name) == kEntered.end()) return false;
    at_ = chunk.content + 4;
    return true;
}

// Chunks begin at even places.
void AviWalk::pass(const Chunk& chunk) {
    const std::uint64_t left = size_ - chunk.content;
    at_ = chunk.size >= left ? size_ : chunk.content + chunk.size + chunk.size % 2;
}

bool AviWalk::is_picture(const std::string& id) const {
    if (!video_) return false;
    const bool kind = id.ends_with("dc") || id.ends_with("db");
    return kind && id[0] == static_cast<char>('0' + *video_ / 10) && id[1] == static_cast<char>('0' + *video_ % 10);
}

// "strh": kind, codec, flags, priority and language, initial frames, scale, rate.
void AviWalk::read_stream(const Chunk& chunk) {
    const int stream = streams_++;
    if (video_ || stream >= kMostStreams || word(chunk.content) != "vids") return;
    video_ = stream;
    codec_ = word(chunk.content + 4);
    const double scale = number(chunk.content + 20), rate = number(chunk.content + 24);
    if (chunk.size >= 28 && scale > 0) rate_ = believed(rate / scale);
}

bool AviWalk::find_picture(Chunk& chunk) {
    while (header(chunk)) {
        if (enter(chunk)) continue;
        if (is_picture(chunk.id) && chunk.size > 0) return true;
        if (chunk.id == "strh") read_stream(chunk);
        pass(chunk);
    }
    return false;
}

bool AviWalk::next(std::vector<std::byte>& jpeg) {
    Chunk chunk;
    jpeg.clear();
    if (!find_picture(chunk)) return false;
    if (chunk.size <= kMostPictureBytes && chunk.size <= size_ - chunk.content) {
        jpeg.resize(static_cast<std::size_t>(chunk.size));
        read_(jpeg, chunk.content);
    }
    pass(chunk);
    return true;
}

}  // namespace nightstack::io
