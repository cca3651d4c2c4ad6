// SPDX-License-Identifier: MIT
#include "io/film/avi_walk.h"

#include <algorithm>
#include <array>
#include <utility>

#include "pipeline/core/error.h"
#include "pipeline/core/printable.h"

namespace nightstack::io {
namespace {

constexpr int kMostStreams = 100;  // two digits name them
constexpr int kTries = 100;        // pictures that may be damaged before a film counts as none of JPEGs
constexpr std::array<const char*, 6> kEntered{"AVI ", "AVIX", "hdrl", "strl", "movi", "rec "};
constexpr double kLeastRate = 1.0 / 3600, kMostRate = 1000;  // pictures per second that are believed

std::optional<double> believed(double rate) {
    return rate >= kLeastRate && rate <= kMostRate ? std::optional(rate) : std::nullopt;
}

}  // namespace

AviWalk::AviWalk(ReadAt read, std::uint64_t size) : read_(std::move(read)), size_(size), chunks_(read_, size) {
    if (size < 12 || chunks_.word(0) != "RIFF" || chunks_.word(8) != "AVI ") throw FormatError("no AVI film");
    const std::optional<Picture> first = find_picture();
    if (!first) throw FormatError(video_ ? "an AVI film without a picture" : "an AVI film without a video stream");
    Place begin = place_;
    begin.at = first->chunk.begin();  // next() meets it again
    if (!starts_with_jpegs(*first)) throw FormatError("its pictures are no JPEGs, codec '" + printable(codec_) + "'");
    place_ = begin;
}

// What is said of the codec does not help: a damaged picture is one lost picture, a hundred are another codec.
bool AviWalk::starts_with_jpegs(Picture first) {
    std::optional<Picture> picture = std::move(first);
    for (int i = 0; i < kTries && picture; ++i) {
        if (chunks_.is_jpeg(picture->chunk)) return true;
        place_.at = picture->behind;
        picture = find_picture();
    }
    return false;
}

// Into a list whose content interests: what follows its name is walked like everything else. Where a picture lies
// behind another name the list's own is damaged.
bool AviWalk::enter(const AviChunk& chunk) {
    if (size_ - chunk.content < 4) return false;
    const bool riff = chunk.id == "RIFF";
    if (riff || chunk.id == "LIST") {
        const std::string name = chunks_.word(chunk.content);
        if (std::find(kEntered.begin(), kEntered.end(), name) != kEntered.end()) {
            const std::uint64_t end = chunk.content + chunk.size;
            if (riff) place_.end = chunk.size == 0 || end > size_ ? size_ : end;
            in_pictures_ = in_pictures_ || name == "movi";
            place_.at = chunk.content + 4;
            return true;
        }
    }
    if (chunk.id == "JUNK" || picture_stream(chunk.id) || !chunks_.picture_at(chunk.content + 4, video_)) return false;
    in_pictures_ = true;
    place_.at = chunk.content + 4;
    return true;
}

// To the next picture behind a header that cannot be true; false: there is none.
bool AviWalk::resume(const AviChunk& damaged) {
    const std::optional<std::uint64_t> next = chunks_.next_picture(damaged.begin() + 1, video_);
    if (next || damaged.begin() < place_.end) ++place_.dropped;
    in_pictures_ = true;
    place_.at = next.value_or(size_);
    return next.has_value();
}

// Of the stream that was named as the video, or, where its header is lost, of the first that has JPEGs.
bool AviWalk::is_picture(const AviChunk& chunk) {
    const std::optional<int> stream = picture_stream(chunk.id);
    if (!video_ && stream && in_pictures_ && chunks_.is_jpeg(chunk)) video_ = stream;
    return stream && stream == video_;
}

// A picture whose name is damaged: a JPEG of no stream that was announced.
bool AviWalk::is_lost(const AviChunk& chunk) {
    const std::optional<int> stream = picture_stream(chunk.id);
    return in_pictures_ && !(stream && *stream < streams_) && chunks_.is_jpeg(chunk);
}

// "strh": kind, codec, flags, priority and language, initial frames, scale, rate.
void AviWalk::read_stream(const AviChunk& chunk) {
    const int stream = streams_++;
    if (video_ || stream >= kMostStreams || chunks_.word(chunk.content) != "vids") return;
    video_ = stream;
    codec_ = chunks_.word(chunk.content + 4);
    const double scale = chunks_.number(chunk.content + 20), rate = chunks_.number(chunk.content + 24);
    if (chunk.size >= 28 && scale > 0) rate_ = believed(rate / scale);
}

std::optional<AviWalk::Picture> AviWalk::find_picture() {
    while (const std::optional<AviChunk> chunk = chunks_.at(place_.at)) {
        if (enter(*chunk)) continue;
        const std::optional<std::uint64_t> behind = chunks_.behind(*chunk, place_.end);
        if (!behind) {
            if (!resume(*chunk)) return std::nullopt;
            continue;
        }
        if (chunk->size > 0 && is_picture(*chunk)) {
            if (chunk->begin() >= place_.end) place_.end = size_;  // what RIFF says is not true
            return Picture{*chunk, *behind};
        }
        if (chunk->id == "strh") {
            read_stream(*chunk);
        } else if (is_lost(*chunk)) {
            ++place_.dropped;
        }
        place_.at = *behind;
    }
    return std::nullopt;
}

bool AviWalk::next(std::vector<std::byte>& jpeg) {
    jpeg.clear();
    const std::optional<Picture> picture = find_picture();
    if (!picture) return false;
    const AviChunk& chunk = picture->chunk;
    if (chunk.size <= kMostPictureBytes) {
        jpeg.resize(static_cast<std::size_t>(chunk.size));
        read_(jpeg, chunk.content);
    }
    place_.at = picture->behind;
    return true;
}

}  // namespace nightstack::io
