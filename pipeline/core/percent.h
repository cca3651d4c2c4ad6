// SPDX-License-Identifier: MIT
// "%20" becomes a blank, as in addresses. A percent sign without two digits stands for itself. Pure, any thread.
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

}  // namespace nightstack
