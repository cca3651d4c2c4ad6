// SPDX-License-Identifier: MIT
#include "pipeline/core/printable.h"

#include <algorithm>
#include <cstddef>

#include "pipeline/core/utf8.h"

namespace nightstack {
namespace {

// Characters that show nothing but change what is shown: controls (U+0080 to U+009F are some too) and marks that turn
// the direction of writing (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069), by which a name could look like
// another.
bool hidden(std::string_view character) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
    if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7F;
    if (character.size() == 2) return byte(0) == 0xC2 && byte(1) < 0xA0;
    if (character.size() != 3 || byte(0) != 0xE2) return false;
    if (byte(1) == 0x80) return byte(2) == 0x8E || byte(2) == 0x8F || (byte(2) >= 0xAA && byte(2) <= 0xAE);
    return byte(1) == 0x81 && byte(2) >= 0xA6 && byte(2) <= 0xA9;
}

}  // namespace

std::string printable(std::string_view text) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string out;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t length = utf8_length(text, i);
        const std::string_view character = text.substr(i, std::max(length, std::size_t{1}));
        i += character.size();
        if (length > 0 && !hidden(character)) {
            out += character;
            continue;
        }
        for (const char c : character) {
            const auto byte = static_cast<unsigned char>(c);
            out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
        }
    }
    return out;
}

}  // namespace nightstack
