// SPDX-License-Identifier: MIT
#include "pipeline/core/nesting.h"

#include <algorithm>

namespace nightstack {
namespace {

// Behind a string of three quotes a side; up to two more of them in front of its end belong to it.
std::size_t long_string_end(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (std::size_t i = at + 3; i < text.size(); ++i) {
        if (text[i] == '\\' && quote == '"') {
            ++i;
        } else if (text.substr(i, 3) == text.substr(at, 3)) {
            const std::size_t end = text.find_first_not_of(quote, i + 3);
            return std::min({i + 5, end, text.size()});
        }
    }
    return text.size();
}

// Behind the string that begins there; one that is not closed ends with its line.
std::size_t string_end(std::string_view text, std::size_t at) {
    const char quote = text[at];
    if (at + 2 < text.size() && text[at + 1] == quote && text[at + 2] == quote) return long_string_end(text, at);
    for (std::size_t i = at + 1; i < text.size(); ++i) {
        if (text[i] == '\n') return i;
        if (text[i] == quote) return i + 1;
        if (text[i] == '\\' && quote == '"') ++i;
    }
    return text.size();
}

struct Depth {
    std::size_t brackets = 0;
    std::size_t dots = 0;  // since the last key or value began

    void take(char c) {
        if (c == '.') ++dots;
        if (c == '[' || c == '{') ++brackets;
        if ((c == ']' || c == '}') && brackets > 0) --brackets;
        if (std::string_view("[]{},=\n").find(c) != std::string_view::npos) dots = 0;
    }
};

}  // namespace

std::optional<std::size_t> line_nested_too_deep(std::string_view toml) {
    Depth depth;
    std::size_t line = 1;
    for (std::size_t i = 0; i < toml.size();) {
        std::size_t end = i + 1;
        if (toml[i] == '"' || toml[i] == '\'')
            end = string_end(toml, i);
        else if (toml[i] == '#')
            end = std::min(toml.find('\n', i), toml.size());
        else
            depth.take(toml[i]);
        if (depth.brackets + depth.dots > kDeepestNesting) return line;
        line += static_cast<std::size_t>(std::count(toml.begin() + static_cast<std::ptrdiff_t>(i),
                                                    toml.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
        i = end;
    }
    return std::nullopt;
}

}  // namespace nightstack
