// SPDX-License-Identifier: MIT
// Addresses of the web: "%20" is a blank. A percent sign without two digits stands for itself. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

#include "pipeline/core/hex.h"

namespace nightstack {

// `plus`: what a plus sign stands for; a blank in the questions of web forms.
inline std::string percent_decoded(std::string_view text, char plus = '+') {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = text[i] == '%' ? hex_byte(text, i + 1) : std::nullopt;
        out += byte.value_or(text[i] == '+' ? plus : text[i]);
        if (byte) i += 2;
    }
    return out;
}

// Letters, digits and what is in `plain` stay, every other byte becomes %XX.
inline std::string percent_encoded(std::string_view text, std::string_view plain) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (letter || plain.find(c) != std::string_view::npos) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
    return out;
}

}  // namespace nightstack
