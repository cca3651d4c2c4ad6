// SPDX-License-Identifier: MIT
#include "io/film/avi_chunks.h"

#include <algorithm>
#include <array>

#include "pipeline/core/ascii.h"

namespace nightstack::io {
namespace {

constexpr std::size_t kNear = 1024, kFar = 256 * 1024;  // bytes read at a time
constexpr std::size_t kStart = 10;                      // of a picture: header, FF D8
constexpr std::size_t kPadding = 64;                    // zeros that may lie behind a JPEG in its chunk
constexpr std::array<std::string_view, 4> kLists{"RIFF", "LIST", "idx1", "JUNK"};

bool printable_text(std::string_view id) {
    return std::all_of(id.begin(), id.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

// Of a stream, as "01wb", or one every AVI may have.
bool known_name(std::string_view id) {
    return (is_digit(id[0]) && is_digit(id[1])) || std::find(kLists.begin(), kLists.end(), id) != kLists.end();
}

bool starts_picture(std::string_view bytes, std::optional<int> stream) {
    if (bytes.size() < kStart || bytes.substr(8, 2) != "\xFF\xD8") return false;
    const std::optional<int> found = picture_stream(bytes.substr(0, 4));
    return found && (!stream || *found == *stream);
}

}  // namespace

std::optional<int> picture_stream(std::string_view id) {
    if (id.size() != 4 || !is_digit(id[0]) || !is_digit(id[1]) || id[2] != 'd') return std::nullopt;
    if (id[3] != 'c' && id[3] != 'b') return std::nullopt;
    return 10 * (id[0] - '0') + (id[1] - '0');
}

AviChunks::AviChunks(const ByteWindow::ReadAt& read, std::uint64_t size)
    : size_(size), near_(read, size, kNear), far_(read, size, kFar) {}

std::uint32_t AviChunks::number(std::uint64_t offset) {
    const std::string_view bytes = near_.look(offset, 4).substr(0, 4);
    std::uint32_t out = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) out = out << 8 | static_cast<unsigned char>(bytes[i]);
    return out;
}

std::string AviChunks::word(std::uint64_t offset) { return std::string(near_.look(offset, 4).substr(0, 4)); }

std::optional<AviChunk> AviChunks::at(std::uint64_t offset) {
    if (offset >= size_ || size_ - offset < AviChunk::kHeader) return std::nullopt;
    return AviChunk{word(offset), number(offset + 4), offset + AviChunk::kHeader};
}

// The end, room that was never written (told when it is come to), or a name with a size that may be. What a stream's
// chunk says of its size does not matter here: the last one may be cut off.
bool AviChunks::begins_chunk(std::uint64_t offset) {
    const std::string_view head = near_.look(offset, AviChunk::kHeader).substr(0, AviChunk::kHeader);
    if (head.find_first_not_of('\0') == head.npos) return true;
    const std::string_view id = head.substr(0, 4);
    if (!printable_text(id)) return false;
    return head.size() < AviChunk::kHeader || known_name(id) ||
           number(offset + 4) <= size_ - offset - AviChunk::kHeader;
}

bool AviChunks::is_jpeg(const AviChunk& chunk) {
    return chunk.size >= 2 && near_.look(chunk.content, 2).substr(0, 2) == "\xFF\xD8";
}

bool AviChunks::ends_as_jpeg(const AviChunk& chunk) {
    const auto tail = static_cast<std::size_t>(std::min<std::uint64_t>(chunk.size, kPadding));
    std::string_view bytes = near_.look(chunk.content + chunk.size - tail, tail).substr(0, tail);
    bytes = bytes.substr(0, bytes.find_last_not_of('\0') + 1);
    return bytes.ends_with("\xFF\xD9");
}

// Chunks begin at even places, though some writers forget it. A whole JPEG is believed whatever lies behind it, else
// one damaged header would cost the picture before it as well.
std::optional<std::uint64_t> AviChunks::behind(const AviChunk& chunk, std::uint64_t end) {
    if (!printable_text(chunk.id) || chunk.size > size_ - chunk.content) return std::nullopt;
    const std::uint64_t over = chunk.content + chunk.size, even = std::min(over + chunk.size % 2, size_);
    if (even == end || begins_chunk(even)) return even;
    if (over != even && begins_chunk(over)) return over;
    if (is_jpeg(chunk) && ends_as_jpeg(chunk)) return even;
    return std::nullopt;
}

bool AviChunks::picture_at(std::uint64_t offset, std::optional<int> stream) {
    return starts_picture(near_.look(offset, kStart), stream);
}

// By the 'd', which zeros have none of.
std::optional<std::uint64_t> AviChunks::next_picture(std::uint64_t offset, std::optional<int> stream) {
    for (;;) {
        const std::string_view bytes = far_.look(offset, kStart);
        if (bytes.size() < kStart) return std::nullopt;
        for (std::size_t d = bytes.find('d', 2); d != bytes.npos; d = bytes.find('d', d + 1))
            if (starts_picture(bytes.substr(d - 2), stream)) return offset + d - 2;
        offset += bytes.size() - (kStart - 1);
    }
}

}  // namespace nightstack::io
