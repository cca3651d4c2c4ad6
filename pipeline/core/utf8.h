// SPDX-License-Identifier: MIT
// The rules of UTF-8 (Unicode, table 3-7), for hostile text. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace nightstack {

// Bytes of the character that begins at `at`; 0 where none does.
std::size_t utf8_length(std::string_view text, std::size_t at = 0);

bool valid_utf8(std::string_view text);

// The beginning of a text, at most so many bytes, cut between characters. What is no UTF-8 is cut anywhere.
std::string_view utf8_prefix(std::string_view text, std::size_t most_bytes);

}  // namespace nightstack
