// SPDX-License-Identifier: MIT
#include "pipeline/core/utf8.h"

namespace nightstack {
namespace {

bool continues(unsigned char byte) { return (byte & 0xC0) == 0x80; }

std::size_t length_by(unsigned char first) {
    if (first < 0x80) return 1;
    if (first < 0xC2 || first > 0xF4) return 0;
    return first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
}

}  // namespace

std::size_t utf8_length(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    if (at >= text.size()) return 0;
    const unsigned char first = byte(0);
    const std::size_t length = length_by(first);
    if (length == 0 || text.size() - at < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if (!continues(byte(i))) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;  // too long a form
    if (first == 0xED && byte(1) > 0x9F) return 0;  // a surrogate
    if (first == 0xF0 && byte(1) < 0x90) return 0;  // too long a form
    if (first == 0xF4 && byte(1) > 0x8F) return 0;  // beyond the last character
    return length;
}

bool valid_utf8(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = utf8_length(text, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

std::string_view utf8_prefix(std::string_view text, std::size_t most_bytes) {
    if (text.size() <= most_bytes) return text;
    std::size_t end = most_bytes;
    // A character has three more bytes at most; more of them in a row are none.
    for (int i = 0; i < 3 && end > 0 && continues(static_cast<unsigned char>(text[end])); ++i) --end;
    return text.substr(0, continues(static_cast<unsigned char>(text[end])) ? most_bytes : end);
}

}  // namespace nightstack
