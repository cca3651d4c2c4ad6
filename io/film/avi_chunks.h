// SPDX-License-Identifier: MIT
// Chunks of an AVI whose bytes may be damaged: which header can be believed, and where behind damage the next picture
// begins. Bounded by the bytes: a search looks at each once. Pure but for the bytes it asks for; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "io/film/byte_window.h"

namespace nightstack::io {

struct AviChunk {
    static constexpr std::uint64_t kHeader = 8;  // name and size
    std::string id;
    std::uint64_t size = 0;
    std::uint64_t content = 0;  // where it begins
    std::uint64_t begin() const { return content - kHeader; }
};

// "00dc", "12db" belong to a stream's pictures: its number. Nullopt for all other names.
std::optional<int> picture_stream(std::string_view id);

class AviChunks {
public:
    AviChunks(const ByteWindow::ReadAt& read, std::uint64_t size);

    std::uint32_t number(std::uint64_t offset);  // 0 where there is none; little-endian
    std::string word(std::uint64_t offset);      // four letters, fewer at the end
    // The header there, believed or not; nullopt when less than one is left.
    std::optional<AviChunk> at(std::uint64_t offset);

    // Where the next header lies, at most the size of all. Nullopt when this one cannot be true: its name is none, it
    // is larger than what is left, or nothing that begins a chunk lies behind it. `end`: of the file as RIFF says it.
    std::optional<std::uint64_t> behind(const AviChunk& chunk, std::uint64_t end);

    // It begins as a JPEG does.
    bool is_jpeg(const AviChunk& chunk);
    // Whether a picture's header and a JPEG lie at `offset`; of this stream, or of any.
    bool picture_at(std::uint64_t offset, std::optional<int> stream);
    // The first such place from `offset` on.
    std::optional<std::uint64_t> next_picture(std::uint64_t offset, std::optional<int> stream);

private:
    bool begins_chunk(std::uint64_t offset);
    bool ends_as_jpeg(const AviChunk& chunk);

    std::uint64_t size_;
    ByteWindow near_;  // for headers, which lie a picture apart
    ByteWindow far_;   // for searches; of its own, so that looks at headers do not make it read again
};

}  // namespace nightstack::io
