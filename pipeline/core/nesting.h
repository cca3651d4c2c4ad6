// SPDX-License-Identifier: MIT
// A guard before parsers that recurse: a text that nests ten thousand times would overflow their
// stack. Any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace nightstack {

inline constexpr std::size_t kDeepestNesting = 16;  // far beyond what any settings need

// The first line, from 1, of a TOML text where brackets, braces and the dots of a key together go deeper; nothing:
// none does. Strings and comments do not count. The text need not be valid.
std::optional<std::size_t> line_nested_too_deep(std::string_view toml);

}  // namespace nightstack
